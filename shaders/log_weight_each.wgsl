// The logarithm of the weight of column j of the thread's dimension, logWeight [M, problems]; see
// log_weight_given.wgsl and log_mass_each.wgsl.
//
// @bindings logWeight
// @uniforms zero:f32 problems:i32

const WEIGHTED = true;

fn logWeightAt(j: u32) -> f32 {
  let at = j * u32(uniforms.problems) + dimension;
  return fma(logWeight[at], 1.4426950408889634, uniforms.zero);
}
