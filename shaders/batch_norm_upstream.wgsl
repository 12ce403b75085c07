// The gradient that comes into batch normalization, 0 where its ReLU cut; see
// batch_norm_value.wgsl.
//
// @bindings upstream
// @uniforms relu:i32

fn incoming(at: i32, h: f32, c: i32) -> f32 {
  return select(upstream[at], 0.0, uniforms.relu == 1 && affine(h, c) <= 0.0);
}
