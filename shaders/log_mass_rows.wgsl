// How a pass reads its noise and its rows, and writes their statistics.
//
// A thread owns QUADS times four rows, first .. first + 4 QUADS - 1: one a lane of QUADS vec4. Arrays of one vec4 a
// dimension d and quad g hold it at d * QUADS + g.
//
// Loops marked `unroll` are spelled out before compilation (src/kernels/unroll.ts), those over dimensions only where
// these are few: then arrays become registers.

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// Neutral element of the running maximum. Not -inf: WGSL lets a compiler assume that infinities do
// not occur. exp2(EMPTY - peak) is 0 for every peak a finite input can reach.
const EMPTY = -3.4e38;

// The rows' predictions. Columns are taken as differences from them, never as positions: labels far
// from zero (years, kelvins) keep their digits. For that reason nothing is scaled in advance either.
var<private> origin: array<vec4<f32>, ORIGINS>;

// Sums over the columns seen so far, each divided by exp2(peak).
var<private> peak: array<vec4<f32>, QUADS>;
var<private> mass: array<vec4<f32>, QUADS>; // sum of w
var<private> score: array<vec4<f32>, SCORES>; // by dimension of the noise; what of: see the pass
var<private> shift: array<vec4<f32>, ORIGINS>; // sum of w E[label - pred | column]

// q_i in bits, summed as a pass sums a column's exponent, so that a row's own label cancels to exactly 0.
var<private> own: array<vec4<f32>, QUADS>;

// The noise variance of dimension d. One that is not above zero must not give a plausible number.
fn noiseAt(d: u32) -> f32 {
  let s = noiseVar[min(d, NOISE_DIM - 1u)];
  return select(uniforms.NAN, s, s > 0.0);
}

// -log2(e) / (2 s_d), so that exponents are in bits and exp2 needs no multiply; split into what differs
// by dimension and what is common to all, so that a scalar noise costs one multiply a column.
var<private> metric: array<f32, NOISE_DIM>;
fn metricOf(d: u32) -> f32 {
  if (NOISE_DIM == 1u) {
    return 1.0;
  }
  return metric[min(d, NOISE_DIM - 1u)];
}
fn commonMetric() -> f32 {
  if (NOISE_DIM == 1u) {
    return metric[0];
  }
  return 1.0;
}

// Where four rows start in [N, D]. Lanes behind the last row repeat it and are not written.
fn rowStarts(first: u32) -> vec4<u32> {
  return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(u32(uniforms.rows) - 1u)) * DIM;
}

fn loadRows(first: u32) {
  for (var n = 0u; n < NOISE_DIM; n++) { // unroll
    metric[n] = -HALF_LOG2E / noiseAt(n);
  }
  for (var g = 0u; g < QUADS; g++) { // unroll
    let at = rowStarts(first + 4u * g);
    for (var d = 0u; d < DIM; d++) { // unroll
      origin[d * QUADS + g] = vec4(pred[at.x + d], pred[at.y + d], pred[at.z + d], pred[at.w + d]);
    }
    var sum = vec4(0.0);
    for (var d = 0u; d < DIM; d++) { // unroll
      let e = residualAt(at, d, g);
      sum += metricOf(d) * (e * e);
    }
    own[g] = sum * commonMetric();
  }
}

// target - pred of dimension d, where quad g starts at `at`.
fn residualAt(at: vec4<u32>, d: u32, g: u32) -> vec4<f32> {
  let label = vec4(expected[at.x + d], expected[at.y + d], expected[at.z + d], expected[at.w + d]);
  return label - origin[d * QUADS + g];
}

// The terms of q_i that hold noise variance n, in bits.
fn ownTerm(first: u32, n: u32, g: u32) -> vec4<f32> {
  if (NOISE_DIM == 1u) {
    return own[g];
  }
  let e = residualAt(rowStarts(first + 4u * g), n, g);
  return metric[n] * (e * e);
}

// Writes result [splits, 1 + NOISE_DIM + D, N]: the log mass, the noise scores, the shifts E[label - target].
// Stored by statistic, so that neighboring threads write neighboring addresses.
fn writeStats(first: u32, split: u32) {
  let rows = u32(uniforms.rows);
  let start = split * (1u + NOISE_DIM + DIM) * rows;
  for (var g = 0u; g < QUADS; g++) { // unroll
    let at = rowStarts(first + 4u * g);
    // An infinite label has weight 0 and would vanish from the log mass: it is seen in the shift, 0 * inf,
    // and must be seen in the loss as well.
    var finite = vec4(true);
    for (var d = 0u; d < DIM; d++) { // unroll
      let mean = shift[d * QUADS + g] / mass[g] - residualAt(at, d, g);
      finite = finite & (abs(mean) <= vec4(LARGEST));
      writeRows(start + (1u + NOISE_DIM + d) * rows, first + 4u * g, mean);
    }
    let logMass = LN2 * ((peak[g] - own[g]) + log2(mass[g]));
    writeRows(start, first + 4u * g, select(vec4(uniforms.NAN), logMass, finite));
    for (var n = 0u; n < NOISE_DIM; n++) { // unroll
      writeRows(start + (1u + n) * rows, first + 4u * g, score[n * QUADS + g]);
    }
  }
}

fn writeRows(start: u32, first: u32, values: vec4<f32>) {
  let end = min(u32(uniforms.end), u32(uniforms.rows));
  for (var lane = 0u; lane < 4u; lane++) {
    if (first + lane < end) {
      result[start + first + lane] = values[lane];
    }
  }
}
