// The noise variances of the thread's quad of rows, each of all dimensions: noiseVar [N, 1].
fn commonNoise() -> vec4<f32> {
  let at = rowStarts(firstRow) / dim;
  let s = vec4(noiseVar[at.x], noiseVar[at.y], noiseVar[at.z], noiseVar[at.w]);
  return select(vec4(uniforms.NAN), s, s > vec4(0.0));
}
