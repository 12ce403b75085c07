// The pass over a point prior (variance 0 in every column: BMC, BNI).
//
// Equals, for row i,
//
//   q_ij     = -|pred_i - center_j|^2 / (2 noiseVar),    q_i = -|pred_i - target_i|^2 / (2 noiseVar)
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[center_j - target_i],    noiseScore = -(E_i[q_ij] - q_i) / noiseVar
//
// with E_i the mean under softmax_j(logWeight_j + q_ij).
//
// One thread owns four rows, one a lane of every vec4, and walks all columns, four a step. Nothing of
// size rows x columns exists; there is no barrier and no workgroup memory.
//
// Inserted in front: DIM (D, a u32), logWeightAt(), the bindings pred [N, D], expected (the targets
// [N, D]; `target` is reserved in WGSL), noiseVar [1], center [M, D], result [D + 2, N].

// Neutral element of the running maximum. Not -inf: WGSL lets a compiler assume that infinities do
// not occur. exp2(EMPTY - peak) is 0 for every peak a finite input can reach.
const EMPTY = -3.4e38;

// Columns are taken as differences from the row's prediction, never as positions: labels far from
// zero (years, kelvins) keep their digits. For that reason nothing is scaled in advance either.
var<private> origin: array<vec4<f32>, DIM>; // the predictions
var<private> k: f32; // -log2(e) / (2 noiseVar): logits are in bits, so that exp2 needs no multiply

// Sums over the columns seen so far, each divided by exp2(peak).
var<private> peak: vec4<f32>;
var<private> mass: vec4<f32>; // sum of w
var<private> score: vec4<f32>; // sum of w q
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
    q0 += e0 * e0;
    q1 += e1 * e1;
    q2 += e2 * e2;
    q3 += e3 * e3;
  }
  q0 *= k;
  q1 *= k;
  q2 *= k;
  q3 *= k;
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
    let sum01 = w0 * (center[at.x + d] - origin[d]) + w1 * (center[at.y + d] - origin[d]);
    let sum23 = w2 * (center[at.z + d] - origin[d]) + w3 * (center[at.w + d] - origin[d]);
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
  let noise = checkedNoise();
  k = -HALF_LOG2E / noise;
  loadRows(first, rows);
  peak = vec4(EMPTY);

  let whole = columns - columns % 4u;
  for (var j = 0u; j < whole; j += 4u) {
    addColumns(j, columns, false);
  }
  if (whole < columns) {
    addColumns(whole, columns, true);
  }

  let own = k * squaredResidual(first, rows);
  let logMass = LN2 * ((peak - own) + log2(mass));
  writeStats(first, rows, logMass, (score / mass - own) * (-LN2 / noise), mass);
}
