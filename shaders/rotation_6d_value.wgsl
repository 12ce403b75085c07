// The rotation matrices [count, 3, 3], one a thread; see rotation_6d.wgsl.
//
// @uniforms count:i32

fn main(index: i32) {
  if (index >= uniforms.count) { // tfjs may launch spare workgroups
    return;
  }
  let frame = frameOf(index);
  let b3 = cross(frame.b1, frame.b2);
  for (var row = 0; row < 3; row++) {
    let at = 9 * index + 3 * row;
    result[at] = frame.b1[row];
    result[at + 1] = frame.b2[row];
    result[at + 2] = b3[row];
  }
}
