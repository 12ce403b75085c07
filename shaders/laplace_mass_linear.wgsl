// The pass over sorted columns; formulas in laplace_mass_rows.wgsl.
//
// A row finds the block of columns that it lies in by a binary search and adds this one column by
// column; of all blocks on its left and on its right it takes the sums.
//
// Inserted in front: laplace_mass_numbers.wgsl, laplace_mass_order.wgsl, laplace_mass_rows.wgsl.
// sums [D, 2, FIELDS, blocks].
//
// Uniforms: `top`, the greatest power of two up to M.
//
// @bindings sums
// @uniforms columns:i32 blocks:i32 dim:i32 top:i32

// How many labels are not above each row's place.
fn countLabels() -> vec4<u32> {
  let columns = u32(uniforms.columns);
  var count = vec4(0u);
  for (var step = u32(uniforms.top); step > 0u; step /= 2u) {
    for (var lane = 0u; lane < 4u; lane++) {
      let next = count[lane] + step;
      let isBelow = labelAt(dimension, min(next, columns) - 1u) <= place[lane];
      count[lane] = select(count[lane], next, next <= columns && isBelow);
    }
  }
  return count;
}

// The columns of each row's block.
fn sumOfBlocks(block: vec4<u32>) -> Sum {
  var sum: Sum;
  for (var n = 0u; n < BLOCK; n++) {
    var center = vec4(0.0);
    var bits = vec4(0.0);
    for (var lane = 0u; lane < 4u; lane++) {
      let j = block[lane] * BLOCK + n;
      let at = min(j, u32(uniforms.columns) - 1u);
      checkColumn(labelAt(dimension, at), weightAt(dimension, at));
      center[lane] = labelAt(dimension, at);
      // Behind the last column it is repeated without weight.
      bits[lane] = select(VOID, bitsOf(weightAt(dimension, at)).x, j == at);
    }
    if (n == 0u) {
      sum = single(center, bits);
    } else {
      sum = addColumn(sum, center, bits);
    }
  }
  return sum;
}

// A sum with that of the blocks up to, or from, a block that may not exist.
fn addSide(sum: Sum, seen: u32, block: vec4<u32>, exists: vec4<bool>) -> Sum {
  var other: Sum;
  for (var lane = 0u; lane < 4u; lane++) {
    let at = min(block[lane], u32(uniforms.blocks) - 1u);
    let rest = sums[sumAt(dimension, seen, 2u, at)];
    let tie = sums[sumAt(dimension, seen, 3u, at)];
    // sign(pred - center_j): the last label on the left may be the place itself.
    let beyond = select(-1.0, 1.0, seen == FROM_RIGHT);
    let isTie = seen == FROM_RIGHT && lastOf(dimension, at) == place[lane];
    other.center[lane] = sums[sumAt(dimension, seen, 0u, at)];
    other.weight[lane] = sums[sumAt(dimension, seen, 1u, at)];
    other.mass[lane] = rest + tie;
    other.pull[lane] = (side[lane] - beyond) * rest +
      (side[lane] - select(beyond, 0.0, isTie)) * tie;
    other.gap[lane] = sums[sumAt(dimension, seen, 4u, at)];
  }
  let all = join(sum, other);
  let broken = isBroken(sum.gap) | isBroken(other.gap);
  return Sum(
    select(sum.center, all.center, exists),
    select(sum.weight, all.weight, exists),
    select(sum.mass, all.mass, exists),
    select(sum.pull, all.pull, exists),
    select(sum.gap, select(all.gap, vec4(uniforms.NAN), broken), exists),
  );
}

fn main(index: i32) {
  if (u32(index) >= quadCount() * u32(uniforms.dim)) {
    return;
  }
  loadRows(u32(index));
  let block = min(countLabels(), vec4(u32(uniforms.columns) - 1u)) / BLOCK;
  var sum = sumOfBlocks(block);
  sum = addSide(sum, FROM_RIGHT, max(block, vec4(1u)) - 1u, block > vec4(0u));
  sum = addSide(sum, FROM_LEFT, block + 1u, block + 1u < vec4(u32(uniforms.blocks)));
  writeStats(sum);
}
