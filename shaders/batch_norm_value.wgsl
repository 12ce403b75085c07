// What batch normalization makes of an element of channel c: see
// src/kernels/batch_norm/contract.ts.
//
// Inserted in front: the bindings x [R, C], mean, variance, scale and offset [C].
//
// @bindings x mean variance scale offset
// @uniforms epsilon:f32

fn inverseDeviation(c: i32) -> f32 {
  return inverseSqrt(variance[c] + uniforms.epsilon);
}

// In units of the deviation, from the mean.
fn standard(at: i32, c: i32) -> f32 {
  return (x[at] - mean[c]) * inverseDeviation(c);
}

// Before a ReLU.
fn affine(h: f32, c: i32) -> f32 {
  return h * scale[c] + offset[c];
}
