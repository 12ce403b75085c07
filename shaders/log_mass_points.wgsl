// The pass over a point prior (variance 0 in every column: BMC, BNI).
//
// Equals, for row i, with s_d = noiseVar of dimension d (one for all where NOISE_DIM is 1),
//
//   q_ij     = -sum_d (pred_id - center_jd)^2 / (2 s_d),  q_i the same of target_i
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[center_j - target_i]
//   noiseScore_d = -(E_i[q_ijd] - q_id) / s_d             (q_ijd: the terms of q_ij that hold s_d)
//
// with E_i the mean under softmax_j(logWeight_j + q_ij).
//
// One thread owns four rows, one a lane of every vec4, and walks all columns, four a step. Nothing of
// size rows x columns exists; there is no barrier and no workgroup memory.
//
// Inserted in front: DIM (D), NOISE_DIM (1 or D), log_mass_rows.wgsl, logWeightAt(), and the bindings pred
// [N, D], expected (the targets [N, D]; `target` is reserved in WGSL), noiseVar [NOISE_DIM], center [M, D],
// result [1 + NOISE_DIM + D, N].

// Sums over the columns seen so far, each divided by exp2(peak).
var<private> peak: vec4<f32>;
var<private> mass: vec4<f32>; // sum of w
var<private> score: array<vec4<f32>, NOISE_DIM>; // sum of w q, by dimension of the noise
var<private> shift: array<vec4<f32>, DIM>; // sum of w (center - pred)

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
    let e0 = center[at.x + d] - origin[d];
    let e1 = center[at.y + d] - origin[d];
    let e2 = center[at.z + d] - origin[d];
    let e3 = center[at.w + d] - origin[d];
    q0 += metricOf(d) * (e0 * e0);
    q1 += metricOf(d) * (e1 * e1);
    q2 += metricOf(d) * (e2 * e2);
    q3 += metricOf(d) * (e3 * e3);
  }
  q0 *= commonMetric();
  q1 *= commonMetric();
  q2 *= commonMetric();
  q3 *= commonMetric();
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
  if (NOISE_DIM == 1u) {
    score[0] = score[0] * decay + ((w0 * q0 + w1 * q1) + (w2 * q2 + w3 * q3));
  }
  for (var d = 0u; d < DIM; d++) {
    let e0 = center[at.x + d] - origin[d];
    let e1 = center[at.y + d] - origin[d];
    let e2 = center[at.z + d] - origin[d];
    let e3 = center[at.w + d] - origin[d];
    shift[d] = shift[d] * decay + ((w0 * e0 + w1 * e1) + (w2 * e2 + w3 * e3));
    if (NOISE_DIM > 1u) {
      let squares = (w0 * (e0 * e0) + w1 * (e1 * e1)) + (w2 * (e2 * e2) + w3 * (e3 * e3));
      score[d] = score[d] * decay + metricOf(d) * squares;
    }
  }
}

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let columns = u32(uniforms.columns);
  let first = u32(index) * 4u;
  if (first >= rows) { // tfjs may launch spare workgroups
    return;
  }
  loadRows(first, rows);
  peak = vec4(EMPTY);

  let whole = columns - columns % 4u;
  for (var j = 0u; j < whole; j += 4u) {
    addColumns(j, columns, false);
  }
  if (whole < columns) {
    addColumns(whole, columns, true);
  }

  let logMass = LN2 * ((peak - ownExponent(first, rows)) + log2(mass));
  for (var n = 0u; n < NOISE_DIM; n++) {
    score[n] = (score[n] / mass - ownTerm(first, rows, n)) * (-LN2 / noiseAt(n));
  }
  writeStats(first, rows, logMass);
}
