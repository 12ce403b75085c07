// The pass over a prior whose columns have a variance of their own (GAI: Gaussian mixtures).
//
// Equals, with s = noiseVar of dimension d, r = s / (variance_jd + s), e = center_jd - pred_id, and q_i and E_i
// as in log_mass_points.wgsl,
//
//   q_ij     = sum_d [ log(r) / 2 - r e^2 / (2 s) ]
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[r e] + pred_i - target_i       (the label lies between prediction and column)
//   noiseScore_d = E_i[ (1 - r) / (2 s) + (r e)^2 / (2 s^2) ] + q_id / s
//
// r = 1 gives log_mass_points.wgsl, which see for the shape of the pass and the bindings; variance [M, D]
// joins them. Few columns, so one a step and no separate tail.

var<private> peak: vec4<f32>;
var<private> mass: vec4<f32>;
var<private> score: array<vec4<f32>, NOISE_DIM>; // sum of w 2 s d q / d s
var<private> shift: array<vec4<f32>, DIM>; // sum of w r e

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let columns = u32(uniforms.columns);
  let first = u32(index) * 4u;
  if (first >= rows) {
    return;
  }
  loadRows(first, rows);
  peak = vec4(EMPTY);
  for (var j = 0u; j < columns; j++) {
    var logit = vec4(logWeightAt(j));
    for (var d = 0u; d < DIM; d++) {
      let s = noiseAt(d);
      let r = s / (variance[j * DIM + d] + s);
      let e = center[j * DIM + d] - origin[d];
      logit += 0.5 * log2(r) - (HALF_LOG2E / s) * r * e * e;
    }
    let top = max(logit, peak);
    let decay = exp2(peak - top);
    let w = exp2(logit - top);
    peak = top;
    mass = mass * decay + w;
    for (var n = 0u; n < NOISE_DIM; n++) {
      score[n] *= decay;
    }
    for (var d = 0u; d < DIM; d++) {
      let s = noiseAt(d);
      let v = variance[j * DIM + d];
      let label = s / (v + s) * (center[j * DIM + d] - origin[d]); // r e
      shift[d] = shift[d] * decay + w * label;
      score[min(d, NOISE_DIM - 1u)] += w * (v / (v + s) + label * label / s);
    }
  }

  let logMass = LN2 * ((peak - ownExponent(first, rows)) + log2(mass));
  for (var n = 0u; n < NOISE_DIM; n++) {
    let s = noiseAt(n);
    score[n] = score[n] / mass * (0.5 / s) + ownTerm(first, rows, n) * (LN2 / s);
  }
  writeStats(first, rows, logMass);
}
