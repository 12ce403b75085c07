// The gradient of kinematics_value.wgsl, a body a thread, [count, joints, 12]: by a joint's rotation
// (9, row by row), then by its place at rest (3). With G, P of the parent, R, o of the joint, the
// world's Q = G R and q = P + G o, and their gradients written dQ, dq, children first:
//
//   dG += dQ R' + dq o'    dP += dq    dR = G' dQ    do = G' dq
//
// A joint's twelve numbers hold dQ and dq until they are dR and do. Of o = rest - rest of the parent.
//
// Inserted in front: the bindings world and dy, [count, joints, 3, 4].
//
// @bindings world dy parents:i32
// @uniforms count:i32 joints:i32

fn put(at: i32, turn: mat3x3f, place: vec3f) {
  for (var row = 0; row < 3; row++) {
    for (var column = 0; column < 3; column++) {
      result[at + 3 * row + column] = turn[column][row];
    }
    result[at + 9 + row] = place[row];
  }
}

fn add(at: i32, turn: mat3x3f, place: vec3f) {
  for (var row = 0; row < 3; row++) {
    for (var column = 0; column < 3; column++) {
      result[at + 3 * row + column] += turn[column][row];
    }
    result[at + 9 + row] += place[row];
  }
}

fn main(index: i32) {
  if (index >= uniforms.count) { // tfjs may launch spare workgroups
    return;
  }
  let first = 12 * index * uniforms.joints;
  for (var row = 0; row < 3 * uniforms.joints; row++) {
    let at = first + row / 3 * 12;
    for (var column = 0; column < 3; column++) {
      result[at + 3 * (row % 3) + column] = dy[first + 4 * row + column];
    }
    result[at + 9 + row % 3] = dy[first + 4 * row + 3];
  }
  for (var joint = uniforms.joints - 1; joint > 0; joint--) {
    let parent = parents[joint];
    let at = first + 12 * joint;
    let dTurn = mat3x3(
      result[at], result[at + 3], result[at + 6],
      result[at + 1], result[at + 4], result[at + 7],
      result[at + 2], result[at + 5], result[at + 8],
    );
    let dPlace = vec3(result[at + 9], result[at + 10], result[at + 11]);
    let offset = restOf(index, joint) - restOf(index, parent);
    let outer = mat3x3(dPlace * offset.x, dPlace * offset.y, dPlace * offset.z);
    let above = first + 12 * parent;
    add(above, dTurn * transpose(rotationOf(index, joint)) + outer, dPlace);
    // The parent's rotation in the world, transposed: its rows are the columns here.
    let back = mat3x3(
      world[above], world[above + 1], world[above + 2],
      world[above + 4], world[above + 5], world[above + 6],
      world[above + 8], world[above + 9], world[above + 10],
    );
    put(at, back * dTurn, back * dPlace);
  }
  // Parents first: a joint's own is whole until its children take from it.
  for (var joint = 1; joint < uniforms.joints; joint++) {
    let parent = first + 12 * parents[joint] + 9;
    for (var axis = 0; axis < 3; axis++) {
      result[parent + axis] -= result[first + 12 * joint + 9 + axis];
    }
  }
}
