// One step of the scan over the blocks: each sum is joined with the one `hop` blocks farther away,
// so that it holds twice as many. After steps of 1, 2, 4, .. it holds all up to the end.
//
// The order of all sums is fixed: results are the same from run to run.
//
// Inserted in front: laplace_mass_numbers.wgsl, laplace_mass_order.wgsl, laplace_mass_side.wgsl.
// sums and result [D, 2, FIELDS, blocks].
//
// @bindings sums
// @uniforms dim:i32 blocks:i32 hop:i32

fn readSide(d: u32, seen: u32, block: u32) -> Side {
  return Side(
    sums[sumAt(d, seen, 0u, block)],
    sums[sumAt(d, seen, 1u, block)],
    sums[sumAt(d, seen, 2u, block)],
    sums[sumAt(d, seen, 3u, block)],
    sums[sumAt(d, seen, 4u, block)],
  );
}

fn main(index: i32) {
  let blocks = u32(uniforms.blocks);
  let hop = u32(uniforms.hop);
  let block = u32(index) % blocks;
  let seen = u32(index) / blocks % 2u;
  let d = u32(index) / (2u * blocks);
  if (d >= u32(uniforms.dim)) {
    return;
  }
  var sum = readSide(d, seen, block);
  var broken = isBroken(vec4(sum.gap)).x;
  if (seen == FROM_RIGHT && block >= hop) {
    let far = readSide(d, seen, block - hop);
    // The labels ascend: where the ends are equal, so is all between.
    let tied = lastOf(d, block - hop) == lastOf(d, block);
    sum = joinSides(far, sum, rateOf(d), seen, tied);
    broken = broken || isBroken(vec4(far.gap)).x;
  }
  if (seen == FROM_LEFT && block + hop < blocks) {
    let far = readSide(d, seen, block + hop);
    sum = joinSides(far, sum, rateOf(d), seen, false);
    broken = broken || isBroken(vec4(far.gap)).x;
  }
  writeSide(d, seen, block, sum, broken);
}
