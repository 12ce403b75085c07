// What a row's loss is multiplied by, where each has its own: 2 noiseVar where restoreScale is 1,
// else 1. Row i's noise is number i / noiseSpan % noises; dimensions for themselves are rows, too.
//
// @bindings noiseVar
// @uniforms restoreScale:i32 noiseSpan:i32 noises:i32
fn scaleOfRow(i: u32) -> f32 {
  if (uniforms.restoreScale == 0) {
    return 1.0;
  }
  return 2.0 * noiseVar[i / u32(uniforms.noiseSpan) % u32(uniforms.noises)];
}

fn scaleOfLoss() -> f32 {
  return 1.0;
}
