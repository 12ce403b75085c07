// How a pass reads its noise and its four rows, first .. first + 3, and writes their statistics.

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// Neutral element of the running maximum. Not -inf: WGSL lets a compiler assume that infinities do
// not occur. exp2(EMPTY - peak) is 0 for every peak a finite input can reach.
const EMPTY = -3.4e38;

// The rows' predictions. Columns are taken as differences from them, never as positions: labels far
// from zero (years, kelvins) keep their digits. For that reason nothing is scaled in advance either.
var<private> origin: array<vec4<f32>, DIM>;

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

// Where the four rows start in [N, D]. Lanes behind the last row repeat it and are not written.
fn rowStarts(first: u32, rows: u32) -> vec4<u32> {
  return min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(rows - 1u)) * DIM;
}

fn loadRows(first: u32, rows: u32) {
  let at = rowStarts(first, rows);
  for (var d = 0u; d < DIM; d++) {
    origin[d] = vec4(pred[at.x + d], pred[at.y + d], pred[at.z + d], pred[at.w + d]);
  }
  for (var n = 0u; n < NOISE_DIM; n++) {
    metric[n] = -HALF_LOG2E / noiseAt(n);
  }
}

// target - pred of dimension d.
fn residualAt(at: vec4<u32>, d: u32) -> vec4<f32> {
  return vec4(expected[at.x + d], expected[at.y + d], expected[at.z + d], expected[at.w + d]) -
    origin[d];
}

// q_i in bits, summed as a pass sums a column's exponent, so that a row's own label cancels to exactly 0.
fn ownExponent(first: u32, rows: u32) -> vec4<f32> {
  let at = rowStarts(first, rows);
  var sum = vec4(0.0);
  for (var d = 0u; d < DIM; d++) {
    let e = residualAt(at, d);
    sum += metricOf(d) * (e * e);
  }
  return sum * commonMetric();
}

// The terms of q_i that hold noise variance n, in bits.
fn ownTerm(first: u32, rows: u32, n: u32) -> vec4<f32> {
  if (NOISE_DIM == 1u) {
    return ownExponent(first, rows);
  }
  let e = residualAt(rowStarts(first, rows), n);
  return metric[n] * (e * e);
}

// Writes result [1 + NOISE_DIM + D, N]: the log mass, the noise scores, the shifts E[label - target]. Stored
// by statistic, so that neighboring threads write neighboring addresses.
fn writeStats(first: u32, rows: u32, logMass: vec4<f32>) {
  let at = rowStarts(first, rows);
  for (var lane = 0u; lane < 4u; lane++) {
    let i = first + lane;
    if (i < rows) {
      // An infinite label has weight 0 and would vanish from the log mass: it is seen in the
      // shift, 0 * inf, and must be seen in the loss as well.
      var finite = true;
      for (var d = 0u; d < DIM; d++) {
        let mean = shift[d][lane] / mass[lane] - residualAt(at, d)[lane];
        finite = finite && abs(mean) <= LARGEST;
        result[(1u + NOISE_DIM + d) * rows + i] = mean;
      }
      result[i] = select(uniforms.NAN, logMass[lane], finite);
      for (var n = 0u; n < NOISE_DIM; n++) {
        result[(1u + n) * rows + i] = score[n][lane];
      }
    }
  }
}
