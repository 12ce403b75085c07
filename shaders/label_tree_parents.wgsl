// The nodes of a level from their children, one thread a node: `nodes` of them, which start at node
// `nodes`. Then of the levels above, up to that of `last` nodes, which is another one only where a
// workgroup suffices for all.
//
// result [2 leaves, STRIDE] is read and written. The moments about the parent's center follow by
// the binomial theorem from u' = shift + ratio u.
//
// @uniforms nodes:i32 last:i32

var<private> a: array<f32, MOMENTS>;

fn addMoments(child: u32, least: f32, half: f32, share: f32) {
  let scaled = half > 0.0;
  let childHalf = 0.5 * (result[child + 1u] - result[child]);
  let shift = select(0.0, (result[child] - least + (childHalf - half)) / half, scaled);
  let ratio = select(0.0, childHalf / half, scaled);
  var b: array<f32, MOMENTS>;
  var scale = 1.0;
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    scale *= ratio;
    b[k] = result[child + 3u + k] * scale;
  }
  // Horner's scheme in place, the last moment first; the moment before the first is 1.
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    for (var m = 0u; m < MOMENTS; m++) { // unroll
      if (MOMENTS - 1u - m >= k) {
        let before = select(b[max(MOMENTS - 1u - m, 1u) - 1u], 1.0, MOMENTS - 1u - m == 0u);
        b[MOMENTS - 1u - m] += shift * before;
      }
    }
  }
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    a[k] += share * b[k];
  }
}

fn writeParent(n: u32) {
  let left = 2u * n * STRIDE;
  let right = left + STRIDE;
  let leftBits = result[left + 2u];
  let rightBits = result[right + 2u];
  let least = result[left];
  let greatest = result[right + 1u];
  let half = 0.5 * (greatest - least);
  let top = max(leftBits, rightBits);
  let leftMass = exp2(leftBits - top);
  let rightMass = exp2(rightBits - top);
  let mass = leftMass + rightMass;
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    a[k] = 0.0;
  }
  addMoments(left, least, half, leftMass / mass);
  addMoments(right, least, half, rightMass / mass);
  result[n * STRIDE] = least;
  result[n * STRIDE + 1u] = greatest;
  result[n * STRIDE + 2u] = top + log2(mass);
  if (WIDTH == 2u) {
    result[n * STRIDE + TOP] = max(result[left + TOP], result[right + TOP]);
  }
  for (var k = 0u; k < MOMENTS; k++) { // unroll
    result[n * STRIDE + 3u + k] = a[k];
  }
}

fn main(index: i32) {
  for (var nodes = u32(uniforms.nodes); nodes >= u32(uniforms.last); nodes /= 2u) {
    if (u32(index) < nodes) {
      writeParent(nodes + u32(index));
    }
    storageBarrier();
  }
}
