// The pass over every pair of row and column; formulas in laplace_mass_rows.wgsl.
//
// A thread walks the columns of its split once. Nothing of size rows x columns exists; there is no
// barrier and no workgroup memory.
//
// Inserted in front: laplace_mass_rows.wgsl, logWeightAt(). center [M, D]. Where there are several
// splits, result holds the sums of each, see partAt(), and laplace_mass_merge.wgsl does the rest.
//
// Uniforms: columns M, `span` of them a split, `splits`.
//
// @bindings center
// @uniforms columns:i32 span:i32 splits:i32 dim:i32

fn centerAt(j: u32) -> f32 {
  return center[j * u32(uniforms.dim) + dimension];
}

fn main(index: i32) {
  let threads = quadCount() * u32(uniforms.dim);
  let split = u32(index) / threads;
  if (split >= u32(uniforms.splits)) { // tfjs may launch spare workgroups
    return;
  }
  loadRows(u32(index) % threads);
  let begin = split * u32(uniforms.span);
  let to = min(begin + u32(uniforms.span), u32(uniforms.columns));
  checkColumn(centerAt(begin), logWeightAt(begin));
  var sum = single(vec4(centerAt(begin)), bitsOf(logWeightAt(begin)));
  for (var j = begin + 1u; j < to; j++) {
    checkColumn(centerAt(j), logWeightAt(j));
    sum = addColumn(sum, vec4(centerAt(j)), bitsOf(logWeightAt(j)));
  }
  if (uniforms.splits == 1) {
    writeStats(sum);
    return;
  }
  for (var lane = 0u; lane < 4u; lane++) {
    if (firstRow + lane == rowOf(lane)) {
      result[partAt(split, 0u, lane)] = sum.center[lane];
      result[partAt(split, 1u, lane)] = sum.weight[lane];
      result[partAt(split, 2u, lane)] = sum.mass[lane];
      result[partAt(split, 3u, lane)] = sum.pull[lane];
      result[partAt(split, 4u, lane)] = select(sum.gap[lane], uniforms.NAN, spoiled);
    }
  }
}
