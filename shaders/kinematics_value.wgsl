// The joints in the world, [count, joints, 3, 4], a body a thread, parents first: each needs its
// parent's, which the thread itself has written.
//
// @bindings parents:i32
// @uniforms count:i32 joints:i32

fn write(at: i32, rotation: mat3x3f, place: vec3f) {
  for (var row = 0; row < 3; row++) {
    for (var column = 0; column < 3; column++) {
      result[at + 4 * row + column] = rotation[column][row];
    }
    result[at + 4 * row + 3] = place[row];
  }
}

fn main(index: i32) {
  if (index >= uniforms.count) { // tfjs may launch spare workgroups
    return;
  }
  let first = 12 * index * uniforms.joints;
  write(first, rotationOf(index, 0), restOf(index, 0));
  for (var joint = 1; joint < uniforms.joints; joint++) {
    let parent = parents[joint];
    let at = first + 12 * parent;
    let turn = mat3x3(
      result[at], result[at + 4], result[at + 8],
      result[at + 1], result[at + 5], result[at + 9],
      result[at + 2], result[at + 6], result[at + 10],
    );
    let place = vec3(result[at + 3], result[at + 7], result[at + 11]);
    let offset = restOf(index, joint) - restOf(index, parent);
    write(first + 12 * joint, turn * rotationOf(index, joint), place + turn * offset);
  }
}
