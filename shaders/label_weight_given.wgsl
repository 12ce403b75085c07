// The weights of the sorted labels: label [2, M] holds their logarithms behind the labels,
// greatestWeight [1] the greatest.
//
// They stay nats as given, whose differences are exact. A node's bits are counted from the greatest
// weight: a common weight of exp(-400) would round them by 2^-15 otherwise.
//
// @bindings label greatestWeight
// @uniforms columns:i32

const LOG2E = 1.4426950408889634;

fn logWeightAt(j: u32) -> f32 {
  return label[u32(uniforms.columns) + j];
}

// By how many bits a weight is above the greatest.
fn weightBits(logWeight: f32) -> f32 {
  return LOG2E * (logWeight - greatestWeight[0]);
}
