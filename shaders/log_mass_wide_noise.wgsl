// The noise variance that all dimensions, and all rows, have in common.
fn commonNoise() -> f32 {
  return noiseAt(0u);
}
