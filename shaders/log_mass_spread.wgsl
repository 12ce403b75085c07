// The pass over a prior whose columns have a variance of their own (GAI: Gaussian mixtures).
//
// Equals, with s = noiseVar, r = s / (variance_jd + s), e = center_jd - pred_id, q_i as in log_mass_points.wgsl,
//
//   q_ij     = sum_d [ log(r) / 2 - r e^2 / (2 s) ]
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[r e] + pred_i - target_i       (the label lies between prediction and column)
//   noiseScore = E_i[ sum_d (1 - r) / (2 s) + (r e)^2 / (2 s^2) ] + q_i / s
//
// r = 1 gives log_mass_points.wgsl, which see for the shape of the pass and the bindings; variance [M, D]
// joins them. Few columns, so one a step and no separate tail.

const EMPTY = -3.4e38;

var<private> origin: array<vec4<f32>, DIM>; // the predictions
var<private> shift: array<vec4<f32>, DIM>; // sum of w r e

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let columns = u32(uniforms.columns);
  let first = u32(index) * 4u;
  if (first >= rows) {
    return;
  }
  let noise = checkedNoise();
  let k = -HALF_LOG2E / noise;
  loadRows(first, rows);

  var peak = vec4(EMPTY);
  var mass = vec4(0.0);
  var score = vec4(0.0); // sum of w 2 s d q / d s
  for (var j = 0u; j < columns; j++) {
    var logit = vec4(logWeightAt(j));
    var slope = vec4(0.0);
    for (var d = 0u; d < DIM; d++) {
      let v = variance[j * DIM + d];
      let r = noise / (v + noise);
      let e = center[j * DIM + d] - origin[d];
      logit += 0.5 * log2(r) + k * r * e * e;
      slope += v / (v + noise) + (r * e) * (r * e) / noise;
    }
    let top = max(logit, peak);
    let decay = exp2(peak - top);
    let w = exp2(logit - top);
    peak = top;
    mass = mass * decay + w;
    score = score * decay + w * slope;
    for (var d = 0u; d < DIM; d++) {
      let r = noise / (variance[j * DIM + d] + noise);
      shift[d] = shift[d] * decay + w * r * (center[j * DIM + d] - origin[d]);
    }
  }

  let residual = squaredResidual(first, rows);
  let logMass = LN2 * ((peak - k * residual) + log2(mass));
  writeStats(first, rows, logMass, (score / mass - residual / noise) * (0.5 / noise), mass);
}
