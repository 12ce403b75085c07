// The leaves of the tree, one thread a leaf. label [WIDTH, M], ascending, result [2 leaves,
// STRIDE].
//
// Inserted in front: label_tree_node.wgsl, label_weight_given.wgsl or label_weight_none.wgsl.
//
// @bindings label
// @uniforms leaves:i32 columns:i32

fn main(index: i32) {
  let leaves = u32(uniforms.leaves);
  if (u32(index) >= leaves) {
    return;
  }
  let columns = u32(uniforms.columns);
  let begin = min(u32(index) * LEAF, columns);
  let end = min(begin + LEAF, columns);
  let at = (leaves + u32(index)) * STRIDE;
  // The columns are at least one, so begin - 1 exists where the leaf is empty.
  let least = label[min(begin, columns - 1u)];
  let greatest = label[max(end, 1u) - 1u];
  let half = 0.5 * (greatest - least);
  var top = NOTHING;
  for (var j = begin; j < end; j++) {
    top = max(top, logWeightAt(j));
  }
  var mass = 0.0;
  var a: array<f32, MOMENTS>;
  for (var j = begin; j < end; j++) {
    var power = exp2(LOG2E * (logWeightAt(j) - top));
    mass += power;
    let u = select(0.0, (label[j] - least - half) / half, half > 0.0);
    for (var k = 0u; k < MOMENTS; k++) { // unroll
      power *= u;
      a[k] += power;
    }
  }
  let bits = weightBits(top) + log2(mass);
  result[at] = least;
  result[at + 1u] = greatest;
  result[at + 2u] = select(bits, NOTHING, mass == 0.0 || bits < NOTHING);
  if (WIDTH == 2u) {
    result[at + TOP] = max(weightBits(top), NOTHING);
  }
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    result[at + 3u + k] = select(a[k] / mass, 0.0, mass == 0.0);
  }
}
