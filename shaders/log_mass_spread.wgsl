// The pass over a prior whose columns have a variance of their own (GAI: Gaussian mixtures). Equals, with
// v = variance_jd, s = noiseVar, r = s / (v + s), e = c_jd - t_id, g = p_id - t_id,
//
//   logit_ij = logWeight_j + sum_d log N(p_id; c_jd, v + s) - log N(t_id; p_id, s)
//            = logWeight_j + sum_d [ log(r) / 2 + ((1 - r) g^2 + r e (2 g - e)) / (2 s) ]
//   E[label - t | column j, p] = r e + (1 - r) g        (the label lies between column and prediction)
//   d logit_ij / d s = sum_d [ (1 - r) / (2 s) + ((r (e - g))^2 - g^2) / (2 s^2) ]
//
// r = 1 gives log_mass_points.wgsl, which see for the shape of the pass and the bindings; variance [M, D]
// joins them. Few columns, so one a step and no separate tail.

const EMPTY = -3.4e38;

var<private> own: array<vec4<f32>, DIM>; // t
var<private> gap: array<vec4<f32>, DIM>; // g
var<private> shift: array<vec4<f32>, DIM>; // sum of w E[label - t | column]

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let columns = u32(uniforms.columns);
  let first = u32(index) * 4u;
  if (first >= rows) {
    return;
  }
  let at = min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(rows - 1u)) * DIM;
  let noise = select(uniforms.NAN, noiseVar[0], noiseVar[0] > 0.0);
  let k = HALF_LOG2E / noise;
  for (var d = 0u; d < DIM; d++) {
    own[d] = vec4(expected[at.x + d], expected[at.y + d], expected[at.z + d], expected[at.w + d]);
    gap[d] = vec4(pred[at.x + d], pred[at.y + d], pred[at.z + d], pred[at.w + d]) - own[d];
  }

  var peak = vec4(EMPTY);
  var mass = vec4(0.0);
  var score = vec4(0.0); // sum of w 2 s d logit / d s
  for (var j = 0u; j < columns; j++) {
    var logit = vec4(logWeightAt(j));
    var slope = vec4(0.0); // 2 s d logit / d s
    for (var d = 0u; d < DIM; d++) {
      let v = variance[j * DIM + d];
      let r = noise / (v + noise);
      let rest = v / (v + noise); // 1 - r without cancellation
      let e = center[j * DIM + d] - own[d];
      let g = gap[d];
      logit += 0.5 * log2(r) + k * (rest * g * g + r * e * (2.0 * g - e));
      let residual = r * (e - g);
      slope += rest + (residual - g) * (residual + g) / noise;
    }
    let top = max(logit, peak);
    let decay = exp2(peak - top);
    let w = exp2(logit - top);
    peak = top;
    mass = mass * decay + w;
    score = score * decay + w * slope;
    for (var d = 0u; d < DIM; d++) {
      let v = variance[j * DIM + d];
      let e = center[j * DIM + d] - own[d];
      shift[d] = shift[d] * decay + w * (noise * e + v * gap[d]) / (v + noise);
    }
  }

  writeStats(first, rows, LN2 * (peak + log2(mass)), score * (0.5 / noise) / mass, mass);
}
