// The logarithm of the weight of column j, from nats to bits. Never below EMPTY: a weight of exactly 0
// arrives as -inf, and -inf - (-inf) would be NaN where all columns so far weigh 0. By select, not by
// max, which may drop a NaN.
fn logWeightAt(j: u32) -> f32 {
  let bits = logWeight[j] * 1.4426950408889634;
  return select(bits, EMPTY, bits < EMPTY);
}
