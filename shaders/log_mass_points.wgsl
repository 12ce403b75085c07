// The pass over a point prior (variance 0 in every column: BMC, BNI). Equals, for row i,
//
//   logit_ij = logWeight_j + (|p_i - t_i|^2 - |p_i - c_j|^2) / (2 noiseVar)
//   stats_i  = log sum_j exp(logit_ij),  E_i[c_j - t_i],  d/d noiseVar
//
// with E_i the mean over softmax_j(logit_ij). That is log sum_j w_j N(p_i; c_j) - log N(t_i; p_i).
//
// One thread owns four rows, one a lane of every vec4, and walks all columns, four a step. Nothing of
// size rows x columns exists; there is no barrier and no workgroup memory.
//
// Inserted in front: DIM (D, a u32), logWeightAt(), the bindings pred [N, D], expected (the targets
// [N, D]; `target` is reserved in WGSL), noiseVar [1], center [M, D], result [D + 2, N].

// Neutral element of the running maximum. Not -inf: WGSL lets a compiler assume that infinities do
// not occur. exp2(EMPTY - peak) is 0 for every peak a finite input can reach.
const EMPTY = -3.4e38;

// Columns are written as differences from the row's own target, e = c - t, not as positions. Then
// |p - t|^2 - |p - c|^2 factors into e (2 (p - t) - e): no square of a far-off prediction is formed
// and subtracted again, and labels far from zero (years, kelvins) keep their digits.
var<private> own: array<vec4<f32>, DIM>; // t
var<private> slope: array<vec4<f32>, DIM>; // 2 k (p - t)
var<private> k: f32; // log2(e) / (2 noiseVar): logits are in bits, so that exp2 needs no multiply

// Sums over the columns seen so far, each divided by exp2(peak).
var<private> peak: vec4<f32>;
var<private> mass: vec4<f32>; // sum of w
var<private> score: vec4<f32>; // sum of w q, q the logit without its weight
var<private> shift: array<vec4<f32>, DIM>; // sum of w e

// Adds columns j .. j + 3. With `tail`, columns from `columns` on do not exist: they read the last
// column instead and get weight 0.
fn addColumns(j: u32, columns: u32, tail: bool) {
  var at = vec4(j, j + 1u, j + 2u, j + 3u);
  var bias = vec4(0.0);
  if (tail) {
    let exists = at < vec4(columns);
    at = min(at, vec4(columns - 1u));
    bias = select(vec4(EMPTY), bias, exists);
  }
  bias += vec4(logWeightAt(at.x), logWeightAt(at.y), logWeightAt(at.z), logWeightAt(at.w));
  at *= DIM;

  var q0 = vec4(0.0);
  var q1 = vec4(0.0);
  var q2 = vec4(0.0);
  var q3 = vec4(0.0);
  for (var d = 0u; d < DIM; d++) {
    let e0 = center[at.x + d] - own[d];
    let e1 = center[at.y + d] - own[d];
    let e2 = center[at.z + d] - own[d];
    let e3 = center[at.w + d] - own[d];
    q0 += e0 * (slope[d] - k * e0);
    q1 += e1 * (slope[d] - k * e1);
    q2 += e2 * (slope[d] - k * e2);
    q3 += e3 * (slope[d] - k * e3);
  }
  let l0 = q0 + bias.x;
  let l1 = q1 + bias.y;
  let l2 = q2 + bias.z;
  let l3 = q3 + bias.w;

  // Online softmax: rescale what is there once a step, by at most 1.
  let top = max(max(max(l0, l1), max(l2, l3)), peak);
  let decay = exp2(peak - top);
  peak = top;
  let w0 = exp2(l0 - top);
  let w1 = exp2(l1 - top);
  let w2 = exp2(l2 - top);
  let w3 = exp2(l3 - top);
  mass = mass * decay + ((w0 + w1) + (w2 + w3));
  score = score * decay + ((w0 * q0 + w1 * q1) + (w2 * q2 + w3 * q3));
  for (var d = 0u; d < DIM; d++) {
    let sum01 = w0 * (center[at.x + d] - own[d]) + w1 * (center[at.y + d] - own[d]);
    let sum23 = w2 * (center[at.z + d] - own[d]) + w3 * (center[at.w + d] - own[d]);
    shift[d] = shift[d] * decay + (sum01 + sum23);
  }
}

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let columns = u32(uniforms.columns);
  let first = u32(index) * 4u;
  if (first >= rows) { // tfjs may launch spare workgroups
    return;
  }
  // Lanes behind the last row repeat it and are not written.
  let at = min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(rows - 1u)) * DIM;
  // A noise variance that is not above zero must not give a plausible number.
  let variance = select(uniforms.NAN, noiseVar[0], noiseVar[0] > 0.0);
  k = HALF_LOG2E / variance;
  for (var d = 0u; d < DIM; d++) {
    own[d] = vec4(expected[at.x + d], expected[at.y + d], expected[at.z + d], expected[at.w + d]);
    let p = vec4(pred[at.x + d], pred[at.y + d], pred[at.z + d], pred[at.w + d]);
    slope[d] = 2.0 * k * (p - own[d]);
  }
  peak = vec4(EMPTY);

  let whole = columns - columns % 4u;
  for (var j = 0u; j < whole; j += 4u) {
    addColumns(j, columns, false);
  }
  if (whole < columns) {
    addColumns(whole, columns, true);
  }

  writeStats(first, rows, LN2 * (peak + log2(mass)), score * (-LN2 / variance) / mass, mass);
}
