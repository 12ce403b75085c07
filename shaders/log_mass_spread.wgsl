// The pass over a prior whose columns have a variance of their own (GAI: Gaussian mixtures).
//
// Equals, with s = noiseVar of dimension d, r = s / (variance_jd + s), e = center_jd - pred_id, and
// q_i and E_i as in log_mass_points.wgsl,
//
//   q_ij     = sum_d [ log(r) / 2 - r e^2 / (2 s) ]
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[r e] + pred_i - target_i       (the label lies between prediction and column)
//   noiseScore_d = E_i[ (1 - r) / (2 s) + (r e)^2 / (2 s^2) ] + q_id / s
//
// r = 1 gives log_mass_points.wgsl, which see for bindings and uniforms; variance [M, D] joins
// them. Few columns, so one walk with a running peak, one column a step.
//
// @bindings centerValue variance
// @uniforms threads:i32 start:i32 span:i32 columns:i32

fn addColumn(j: u32) {
  for (var g = 0u; g < QUADS; g++) { // unroll
    var bits = vec4(logWeightAt(j));
    for (var d = 0u; d < DIM; d++) { // unroll
      let s = noiseAt(d);
      let r = s / (variance[columnAt(j * DIM + d)] + s);
      let e = centerValue[columnAt(j * DIM + d)] - origin[d * QUADS + g];
      bits = fma(vec4(-HALF_LOG2E / s * r), e * e, bits + 0.5 * log2(r));
    }
    let top = max(bits, peak[g]);
    let decay = exp2(peak[g] - top);
    // The heaviest so far weighs 1, whatever a compiler makes of the sum less itself.
    let w = select(exp2(bits - top), vec4(1.0), bits > peak[g]);
    peak[g] = top;
    mass[g] = mass[g] * decay + w;
    for (var n = 0u; n < NOISE_DIM; n++) { // unroll
      score[n * QUADS + g] *= decay; // sum of w 2 s d q / d s
    }
    var changes = vec4(0.0); // of one noise: added once a column, so that few roundings add up
    for (var d = 0u; d < DIM; d++) { // unroll
      let s = noiseAt(d);
      let at = columnAt(j * DIM + d);
      let v = variance[at];
      let label = s / (v + s) * (centerValue[at] - origin[d * QUADS + g]); // r e
      shift[d * QUADS + g] = shift[d * QUADS + g] * decay + w * label;
      let change = v / (v + s) + label * label / s;
      if (NOISE_DIM == 1u) {
        changes += change;
      } else {
        score[min(d, NOISE_DIM - 1u) * QUADS + g] += w * change;
      }
    }
    if (NOISE_DIM == 1u) {
      score[g] += w * changes;
    }
  }
}

fn noiseScore(mean: vec4<f32>, own: vec4<f32>, s: Noise) -> vec4<f32> {
  return mean * (0.5 / s) + own * (LN2 / s);
}

fn main(index: i32) {
  let split = u32(index) / u32(uniforms.threads);
  let first = u32(uniforms.start) + enterRows(u32(index) % u32(uniforms.threads));
  let begin = split * u32(uniforms.span);
  if (begin >= u32(uniforms.columns)) {
    return;
  }
  loadRows(first);
  for (var g = 0u; g < QUADS; g++) { // unroll
    peak[g] = vec4(EMPTY);
  }
  for (var j = begin; j < min(begin + u32(uniforms.span), u32(uniforms.columns)); j++) {
    addColumn(j);
  }
  writeStats(first, split);
}
