// The logarithm of the weight of column j, from nats to bits. No plain product, for compilers to
// take in: see withBias() in log_mass_rows.wgsl.
//
// -inf, a weight of 0, is fine: the running maximum starts at EMPTY, so exp2(-inf - peak) is 0.
//
// @bindings logWeight
// @uniforms zero:f32

const WEIGHTED = true;

fn logWeightAt(j: u32) -> f32 {
  return fma(logWeight[j], 1.4426950408889634, uniforms.zero);
}
