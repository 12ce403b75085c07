// What a noise is where every row has its own, one a lane: see log_mass_rows.wgsl. QUADS is 1.
//
// noiseVar [N, rowNoises], where rowNoises is 1 or D.
//
// @bindings noiseVar
// @uniforms rowNoises:i32
alias Noise = vec4<f32>;

// Where the noises of the thread's rows start.
var<private> noiseStarts: vec4<u32>;

fn loadNoise(first: u32) {
  noiseStarts = rowsFrom(first) * u32(uniforms.rowNoises);
}

fn noiseAt(d: u32) -> Noise {
  let at = noiseStarts + noisePlace(d);
  let s = vec4(noiseVar[at.x], noiseVar[at.y], noiseVar[at.z], noiseVar[at.w]);
  return select(vec4(uniforms.NAN), s, s > vec4(0.0));
}
