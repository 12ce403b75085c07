// What a noise is that all rows have in common: see log_mass_rows.wgsl.
//
// @bindings noiseVar
alias Noise = f32;

fn loadNoise(first: u32) {}

// The noise variance of dimension d. One that is not above zero must not give a plausible number.
fn noiseAt(d: u32) -> Noise {
  let s = noiseVar[noisePlace(d)];
  return select(uniforms.NAN, s, s > 0.0);
}
