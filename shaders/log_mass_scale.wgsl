// What the loss is multiplied by: 2 noiseVar (its mean over the dimensions) where restoreScale is
// 1, else 1.
//
// @bindings noiseVar
// @uniforms restoreScale:i32 noiseDim:i32
fn scaleOfLoss() -> f32 {
  if (uniforms.restoreScale == 0) {
    return 1.0;
  }
  var sum = 0.0;
  for (var n = 0; n < uniforms.noiseDim; n++) {
    sum += noiseVar[n];
  }
  return 2.0 * sum / f32(uniforms.noiseDim);
}

fn scaleOfRow(i: u32) -> f32 {
  return 1.0;
}
