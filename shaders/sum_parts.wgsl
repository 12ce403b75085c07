// Adds the parts of a sum in their order, one element a thread.
//
// Inserted in front: the bindings part [parts, size] and result [size].
//
// @bindings part
// @uniforms parts:i32 size:i32

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  var sum = 0.0;
  for (var k = 0; k < uniforms.parts; k++) {
    sum += part[k * uniforms.size + index];
  }
  result[index] = sum;
}
