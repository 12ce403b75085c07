// The gradient [count, 3, 2] of what rotation_6d_value.wgsl computes, one rotation a thread:
//
//   g1 += b2 x g3    g2 += g3 x b1                    of b3 = b1 x b2
//   h = (g2 - (b2 g2) b2) / |u|                       of b2 = u / |u|
//   g1 -= (b1 h) a2 + (b1 a2) h    h -= (b1 h) b1     of u = a2 - (b1 a2) b1; h is a2's
//   (g1 - (b1 g1) b1) / |a1|                          of b1 = a1 / |a1|
//
// Inserted in front: the binding dy [count, 3, 3].
//
// @bindings dy
// @uniforms count:i32

fn upstream(index: i32, k: i32) -> vec3f {
  let at = 9 * index + k;
  return vec3(dy[at], dy[at + 3], dy[at + 6]);
}

fn main(index: i32) {
  if (index >= uniforms.count) { // tfjs may launch spare workgroups
    return;
  }
  let frame = frameOf(index);
  let b1 = frame.b1;
  let b2 = frame.b2;
  let a2 = column(index, 1);
  let g3 = upstream(index, 2);
  var g1 = upstream(index, 0) + cross(b2, g3);
  var g2 = upstream(index, 1) + cross(g3, b1);
  if (frame.length2 == 0.0) {
    g2 = vec3f();
  } else {
    g2 = (g2 - dot(b2, g2) * b2) / frame.length2;
    g1 -= dot(b1, g2) * a2 + dot(b1, a2) * g2;
    g2 -= dot(b1, g2) * b1;
  }
  if (frame.length1 == 0.0) {
    g1 = vec3f();
  } else {
    g1 = (g1 - dot(b1, g1) * b1) / frame.length1;
  }
  for (var row = 0; row < 3; row++) {
    result[6 * index + 2 * row] = g1[row];
    result[6 * index + 2 * row + 1] = g2[row];
  }
}
