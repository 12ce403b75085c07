// A buffer of integers as one of float32, one thread a number. whole [M], result [M].
//
// @bindings whole
// @uniforms size:i32
fn main(index: i32) {
  if (index < uniforms.size) {
    result[index] = f32(whole[index]);
  }
}
