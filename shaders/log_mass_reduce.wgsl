// The sum of one statistic over the rows, scaled.
//
// Equals factor * scaleOfLoss() * sum_i scaleOfRow(i) stats[statistic, i]; factor and statistic are
// uniforms. One of both scales is 1.
//
// One workgroup: each thread sums every 256th row, then a tree adds the threads' sums. A thread
// adds up to 32 rows, then 32 such sums, then those: a sum of 40,000 alike is off by as many
// roundings, all one way, one of sums by a few. Not by Kahan's compensation, which compilers
// simplify to 0. The order is fixed, so the same input gives the same bits.
//
// @bindings stats
// @uniforms rows:i32 statistic:i32 factor:f32

var<workgroup> sums: array<f32, 256>;

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let start = u32(uniforms.statistic) * rows;
  var sum = 0.0;
  for (var far = localIndex; far < rows; far += 256u * 32u * 32u) {
    var wide = 0.0;
    for (var near = far; near < min(far + 256u * 32u * 32u, rows); near += 256u * 32u) {
      var narrow = 0.0;
      for (var i = near; i < min(near + 256u * 32u, rows); i += 256u) {
        narrow += scaleOfRow(i) * stats[start + i];
      }
      wide += narrow;
    }
    sum += wide;
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
