// The sum of one statistic over the rows, scaled.
//
// Equals factor * scaleOfLoss() * sum_i stats[statistic, i]; factor and statistic are uniforms.
//
// One workgroup: each thread sums every 256th row, then a tree adds the threads' sums. The order is
// fixed, so the same input gives the same bits.
//
// @bindings stats
// @uniforms rows:i32 statistic:i32 factor:f32

var<workgroup> sums: array<f32, 256>;

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let start = u32(uniforms.statistic) * rows;
  var sum = 0.0;
  for (var i = localIndex; i < rows; i += 256u) {
    sum += stats[start + i];
  }
  sums[localIndex] = sum;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (localIndex < half) {
      sums[localIndex] += sums[localIndex + half];
    }
    workgroupBarrier();
  }
  if (index == 0) {
    result[0] = sums[0] * uniforms.factor * scaleOfLoss();
  }
}
