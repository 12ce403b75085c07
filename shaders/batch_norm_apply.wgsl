// Normalizes, one element a thread; see batch_norm_value.wgsl.
//
// @uniforms size:i32 channels:i32 relu:i32

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let c = index % uniforms.channels;
  let value = affine(standard(index, c), c);
  // Not by max(), which may lose a NaN.
  result[index] = select(value, 0.0, uniforms.relu == 1 && value < 0.0);
}
