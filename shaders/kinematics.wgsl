// A tree of joints: what the two directions share; see src/kernels/kinematics/contract.ts.
//
// Inserted in front: the bindings rotations [count, joints, 3, 3] and rest [1 or count, joints, 3].
// restStride is 0 where one rest pose serves all, else 3 joints. Both directions have parents
// [joints], each less than its joint, the first -1.
//
// @bindings rotations rest
// @uniforms joints:i32 restStride:i32

fn rotationOf(body: i32, joint: i32) -> mat3x3f {
  let at = 9 * (body * uniforms.joints + joint);
  return mat3x3(
    rotations[at], rotations[at + 3], rotations[at + 6],
    rotations[at + 1], rotations[at + 4], rotations[at + 7],
    rotations[at + 2], rotations[at + 5], rotations[at + 8],
  );
}

fn restOf(body: i32, joint: i32) -> vec3f {
  let at = body * uniforms.restStride + 3 * joint;
  return vec3(rest[at], rest[at + 1], rest[at + 2]);
}
