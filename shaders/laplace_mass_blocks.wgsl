// The sums over each block of sorted columns, as seen from either side, one thread a block.
//
// Inserted in front: laplace_mass_numbers.wgsl, laplace_mass_order.wgsl, laplace_mass_side.wgsl.
//
// @uniforms dim:i32 columns:i32 blocks:i32

fn main(index: i32) {
  let d = u32(index) / u32(uniforms.blocks);
  let block = u32(index) % u32(uniforms.blocks);
  if (d >= u32(uniforms.dim)) {
    return;
  }
  let begin = block * BLOCK;
  let end = min(begin + BLOCK, u32(uniforms.columns));
  let rate = rateOf(d);
  checkColumn(labelAt(d, begin), weightAt(d, begin));
  var left = alone(d, begin);
  for (var j = begin + 1u; j < end; j++) {
    checkColumn(labelAt(d, j), weightAt(d, j));
    left = joinSides(left, alone(d, j), rate, FROM_RIGHT, labelAt(d, j - 1u) == labelAt(d, j));
  }
  var right = alone(d, end - 1u);
  for (var j = end - 1u; j > begin; j--) {
    right = joinSides(right, alone(d, j - 1u), rate, FROM_LEFT, false);
  }
  writeSide(d, FROM_RIGHT, block, left, spoiled);
  writeSide(d, FROM_LEFT, block, right, spoiled);
}
