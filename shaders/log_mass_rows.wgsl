// How a pass reads its noise and its rows, and writes their statistics.
//
// A thread owns QUADS times four rows, first .. first + 4 QUADS - 1: one a lane of QUADS vec4.
// Arrays of one vec4 a dimension d and quad g hold it at d * QUADS + g.
//
// Loops marked `unroll` are spelled out before compilation (src/webgpu/unroll.ts), so that arrays
// become registers; those over dimensions, in the pass over a mixture, only where these are few.
//
// Inserted in front: log_mass_joint.wgsl or log_mass_each.wgsl, which says where rows and columns
// lie, and log_mass_noise.wgsl or log_mass_noise_rows.wgsl, which says what a noise is.
//
// @bindings pred expected
// @uniforms rows:i32 zero:f32 stored:i32 splits:i32 end:i32 firstStored:i32

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// Neutral element of the running maximum. Not -inf: WGSL lets a compiler assume that infinities do
// not occur. exp2(EMPTY - peak) is 0 for every peak a finite input can reach.
const EMPTY = -3.4e38;

// The rows' predictions, or a column for rows that are far from all. Columns are taken as
// differences from them, never as positions: labels far from zero (years, kelvins) keep their
// digits. For that reason nothing is scaled in advance either.
var<private> origin: array<vec4<f32>, ORIGINS>;

// The least square to a column so far, at first that of the row's own label; at most LARGEST.
var<private> nearest: array<vec4<f32>, QUADS>;

// Sums over the columns seen so far, each divided by exp2(peak).
var<private> peak: array<vec4<f32>, QUADS>;
var<private> mass: array<vec4<f32>, QUADS>; // sum of w
var<private> score: array<vec4<f32>, SCORES>; // by dimension of the noise; what of: see the pass
var<private> shift: array<vec4<f32>, ORIGINS>; // sum of w E[label - pred | column]

// q_i in bits, summed as a pass sums a column's exponent, so that a row's own label cancels to
// exactly 0.
var<private> own: array<vec4<f32>, QUADS>;

// -log2(e) / (2 s_d), so that exponents are in bits and exp2 needs no multiply; split into what
// differs by dimension and what is common to all, so that a scalar noise costs one multiply a
// column.
var<private> metric: array<Noise, NOISE_DIM>;
fn metricOf(d: u32) -> Noise {
  if (NOISE_DIM == 1u) {
    return Noise(1.0);
  }
  return metric[min(d, NOISE_DIM - 1u)];
}
fn commonMetric() -> Noise {
  if (NOISE_DIM == 1u) {
    return metric[0];
  }
  return Noise(1.0);
}

// sum + a b of dimension d, where a b is the square of a difference, or the difference of two
// squares; in bits with commonMetric(). Fused, so that no compiler takes it apart, one way here and
// another way there.
fn addTerm(d: u32, a: vec4<f32>, b: vec4<f32>, sum: vec4<f32>) -> vec4<f32> {
  if (NOISE_DIM == 1u) {
    return fma(a, b, sum);
  }
  return fma(metricOf(d) * a, b, sum);
}

// A logit in bits, from a sum of terms that began with startOf(bias): by one fused operation more,
// or, where each dimension has a metric of its own, by those of the terms, as a product with 1 and
// a sum would be a sum. `bias` is no constant, not even where it is 0: then the product would be
// left alone, to be fused with what follows, here or there.
fn startOf(bias: f32) -> f32 {
  if (NOISE_DIM == 1u) {
    return 0.0;
  }
  return bias;
}
fn withBias(sum: vec4<f32>, bias: f32) -> vec4<f32> {
  if (NOISE_DIM == 1u) {
    return fma(sum, vec4(metric[0]), vec4(bias));
  }
  return sum;
}

// Four rows. Lanes behind the last row repeat it and are not written.
fn rowsFrom(first: u32) -> vec4<u32> {
  return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(u32(uniforms.rows) - 1u));
}

// Where they start in [N, D].
fn rowStarts(first: u32) -> vec4<u32> {
  return startsOf(rowsFrom(first));
}

// A hundred places that access memory take seconds to compile, so the loops of loadRows() and
// writeStats() over quads and dimensions are left as loops. They pick elements by comparison: an
// index that is no literal would keep the whole array in memory.
fn loadRows(first: u32) {
  loadNoise(first);
  for (var n = 0u; n < NOISE_DIM; n++) { // unroll
    metric[n] = -HALF_LOG2E / noiseAt(n);
  }
  for (var g = 0u; g < QUADS; g++) {
    let start = rowStarts(first + 4u * g);
    var sum = vec4(startOf(uniforms.zero));
    for (var d = 0u; d < DIM; d++) {
      let at = start + d;
      let value = predAt(at);
      sum = addOwn(at, value, d, sum);
      for (var k = 0u; k < ORIGINS; k++) { // unroll
        origin[k] = select(origin[k], value, k == d * QUADS + g);
      }
    }
    for (var k = 0u; k < QUADS; k++) { // unroll
      own[k] = select(own[k], withBias(sum, uniforms.zero), k == g);
      nearest[k] = select(nearest[k], min(sum, vec4(LARGEST)), k == g);
    }
  }
}

// Four elements of the predictions, and of the labels as seen from `value`.
fn predAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(pred[at.x], pred[at.y], pred[at.z], pred[at.w]);
}
fn residualAt(at: vec4<u32>, value: vec4<f32>) -> vec4<f32> {
  return vec4(expected[at.x], expected[at.y], expected[at.z], expected[at.w]) - value;
}

// `sum` and the term of dimension d in q_i, less that of `value` in place of the label, which is 0
// where `value` is the prediction: y^2 - 2 y (pred - value) with y = target - value. In bits;
// without commonMetric().
fn addOwn(at: vec4<u32>, value: vec4<f32>, d: u32, sum: vec4<f32>) -> vec4<f32> {
  let y = residualAt(at, value);
  let z = y - 2.0 * (predAt(at) - value);
  if (NOISE_DIM == 1u) {
    return fma(y, z, sum);
  }
  return fma(-HALF_LOG2E / noiseAt(d) * y, z, sum);
}

fn originAt(index: u32) -> vec4<f32> {
  var value = vec4(0.0);
  for (var k = 0u; k < ORIGINS; k++) { // unroll
    value = select(value, origin[k], k == index);
  }
  return value;
}

fn shiftAt(index: u32) -> vec4<f32> {
  var value = vec4(0.0);
  for (var k = 0u; k < ORIGINS; k++) { // unroll
    value = select(value, shift[k], k == index);
  }
  return value;
}

fn scoreAt(index: u32) -> vec4<f32> {
  var value = vec4(0.0);
  for (var k = 0u; k < SCORES; k++) { // unroll
    value = select(value, score[k], k == index);
  }
  return value;
}

// The log mass of columns that weigh nothing: less than any other, and a number, as the merge
// weighs it against others.
const VOID = -3.4e38;

// Writes result [splits, 1 + NOISE_DIM + D, stored]: the log mass, the noise scores, the shifts
// E[label - target]. `stored` numbers a statistic are there, of all N rows or this dispatch's
// alone, from row `firstStored` on. Stored by statistic, so that neighboring threads write
// neighboring addresses.
fn writeStats(first: u32, split: u32) {
  let stored = u32(uniforms.stored);
  let offset = split * (1u + NOISE_DIM + DIM) * stored;
  for (var g = 0u; g < QUADS; g++) {
    let row = first + 4u * g;
    let start = rowStarts(row);
    var top = vec4(0.0);
    var sum = vec4(0.0);
    var label = vec4(0.0);
    for (var k = 0u; k < QUADS; k++) { // unroll
      top = select(top, peak[k], k == g);
      sum = select(sum, mass[k], k == g);
      label = select(label, own[k], k == g);
    }
    // Columns without weight have no mean. That of all columns stays 0 / 0.
    let empty = (sum == vec4(0.0)) & vec4(uniforms.splits > 1);
    sum = select(sum, vec4(1.0), empty);
    // An infinite label has weight 0 and would vanish from the log mass: it is seen in the shift, 0
    // * inf, and must be seen in the loss as well.
    var finite = vec4(true);
    for (var d = 0u; d < DIM; d++) {
      let mean = shiftAt(d * QUADS + g) / sum - residualAt(start + d, originAt(d * QUADS + g));
      finite = finite & (abs(mean) <= vec4(LARGEST));
      writeRows(offset + (1u + NOISE_DIM + d) * stored, row, mean);
    }
    let logMass = select(LN2 * ((top - label) + log2(sum)), vec4(VOID), empty);
    writeRows(offset, row, select(vec4(uniforms.NAN), logMass, finite));
    for (var n = 0u; n < NOISE_DIM; n++) {
      if (NOISE_DIM > 1u) {
        label = addOwn(start + n, originAt(n * QUADS + g), n, vec4(uniforms.zero));
      }
      let mean = scoreAt(n * QUADS + g) / sum;
      writeRows(offset + (1u + n) * stored, row, noiseScore(mean, label, noiseAt(n)));
    }
  }
}

fn writeRows(start: u32, first: u32, values: vec4<f32>) {
  let end = min(u32(uniforms.end), u32(uniforms.rows));
  for (var lane = 0u; lane < LANES; lane++) { // unroll
    if (first + lane < end) {
      result[start + placeOf(first + lane - u32(uniforms.firstStored))] = values[lane];
    }
  }
}
