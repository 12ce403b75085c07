// The noise's share r = s / (variance + s) of four columns' variances, elements `at` of [M, D].
//
// @bindings variance
fn shareAt(at: vec4<u32>, s: f32) -> vec4<f32> {
  return s / (vec4(variance[at.x], variance[at.y], variance[at.z], variance[at.w]) + s);
}
