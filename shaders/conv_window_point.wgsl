// conv_window.wgsl and conv_value.wgsl where the filter has one tap, stride 1 and no padding:
// pixels are the same on both sides.
//
// Inserted in front: the binding picture [pixelCount, channels].
//
// @bindings picture
// @uniforms channels:i32 pixelCount:i32

fn beginTaps(row: i32) {}

fn tapCount() -> i32 {
  return uniforms.channels;
}

fn pixelPlace(p: i32) -> i32 {
  return select(-1, p, p < uniforms.pixelCount);
}

fn pixelAt(p: i32) -> vec3<i32> {
  return vec3(p, 0, 0);
}

fn tapAt(k: i32) -> vec3<i32> {
  return vec3(0, 0, k);
}

fn valueAt(pixel: vec3<i32>, tap: vec3<i32>) -> f32 {
  if (pixel.x >= uniforms.pixelCount || tap.z >= uniforms.channels) {
    return 0.0;
  }
  return picture[pixel.x * uniforms.channels + tap.z];
}
