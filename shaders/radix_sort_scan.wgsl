// Second step: where a thread's keys of a digit go, the sum of all counts before. counts and result
// [256, threads].
//
// One workgroup, one digit a thread.
//
// @bindings counts
// @uniforms threads:i32

var<workgroup> totals: array<f32, 256>;

fn main(index: i32) {
  let threads = u32(uniforms.threads);
  let start = localIndex * threads;
  var sum = 0.0;
  for (var t = 0u; t < threads; t++) {
    sum += counts[start + t];
  }
  totals[localIndex] = sum;
  workgroupBarrier();
  var before = 0.0;
  for (var digit = 0u; digit < localIndex; digit++) {
    before += totals[digit];
  }
  for (var t = 0u; t < threads; t++) {
    if (index < 256) { // tfjs may launch spare workgroups
      result[start + t] = before;
    }
    before += counts[start + t];
  }
}
