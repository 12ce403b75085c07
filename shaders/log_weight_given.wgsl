// The logarithm of the weight of column j, from nats to bits.
//
// -inf, a weight of 0, is fine: the running maximum starts at EMPTY, so exp2(-inf - peak) is 0.
//
// @bindings logWeight
fn logWeightAt(j: u32) -> f32 {
  return logWeight[j] * 1.4426950408889634;
}
