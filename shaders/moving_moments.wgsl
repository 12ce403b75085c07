// The running mean and variance after a batch, one channel a thread: see
// src/kernels/batch_norm/moving_moments.ts.
//
// Inserted in front: the bindings mean, variance, batchMean, batchVariance, unwrittenVariance, all
// [C], and result, the new mean.
//
// @bindings mean variance batchMean batchVariance unwrittenVariance
// @uniforms size:i32 keep:f32 meanShare:f32 varianceShare:f32

// See optimizer_adam.wgsl.
@group(0) @binding(5) var<storage, read_write> newVariance: array<f32>;

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  result[index] = uniforms.keep * mean[index] + uniforms.meanShare * batchMean[index];
  newVariance[index] = uniforms.keep * variance[index] +
    uniforms.varianceShare * batchVariance[index];
}
