// Statistics of a prior from the sums of its splits: laplace_mass_columns.wgsl wrote these.
//
// Inserted in front: laplace_mass_rows.wgsl. part [parts, 5, rows of this dispatch, D].
//
// @bindings part
// @uniforms parts:i32 dim:i32

fn sumOf(k: u32) -> Sum {
  var sum: Sum;
  for (var lane = 0u; lane < 4u; lane++) {
    sum.center[lane] = part[partAt(k, 0u, lane)];
    sum.weight[lane] = part[partAt(k, 1u, lane)];
    sum.mass[lane] = part[partAt(k, 2u, lane)];
    sum.pull[lane] = part[partAt(k, 3u, lane)];
    sum.gap[lane] = part[partAt(k, 4u, lane)];
  }
  spoiled = spoiled || any(isBroken(sum.gap));
  return sum;
}

fn main(index: i32) {
  if (u32(index) >= quadCount() * u32(uniforms.dim)) {
    return;
  }
  loadRows(u32(index));
  var sum = sumOf(0u);
  for (var k = 1u; k < u32(uniforms.parts); k++) {
    sum = join(sum, sumOf(k));
  }
  writeStats(sum);
}
