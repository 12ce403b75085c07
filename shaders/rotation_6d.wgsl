// Rotations of six numbers each, by Gram-Schmidt: see src/kernels/rotation_6d/contract.ts.
//
// Inserted in front: the binding x [count, 3, 2], whose columns are the vectors a1 and a2.
//
// @bindings x

const FAR = vec3(1.0, 0.0, 0.0);

struct Frame { b1: vec3f, b2: vec3f, length1: f32, length2: f32 }

// A vector's length; scaled, so that no square leaves float32.
fn lengthOf(v: vec3f) -> f32 {
  let most = max(max(abs(v.x), abs(v.y)), abs(v.z));
  if (most == 0.0) {
    // Also where a maximum has passed over NaN.
    return length(v);
  }
  return most * length(v / most);
}

fn column(index: i32, k: i32) -> vec3f {
  let at = 6 * index + k;
  return vec3(x[at], x[at + 2], x[at + 4]);
}

// The first two columns; a length is 0 where what it is of has no direction.
fn frameOf(index: i32) -> Frame {
  let a1 = column(index, 0);
  let length1 = lengthOf(a1);
  var b1 = a1 / length1;
  if (length1 == 0.0) { // and not the other way round: of NaN both are false
    b1 = FAR;
  }
  let a2 = column(index, 1);
  var u = a2 - dot(b1, a2) * b1;
  u -= dot(b1, u) * b1; // what rounding has left of b1
  var length2 = lengthOf(u);
  if (length2 <= 1e-6 * lengthOf(a2)) {
    length2 = 0.0;
    u = select(FAR, vec3(0.0, 1.0, 0.0), b1.x * b1.x > 0.5);
    u -= dot(b1, u) * b1;
    u /= length(u);
  } else {
    u /= length2;
  }
  return Frame(b1, u, length1, length2);
}
