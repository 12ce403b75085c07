// Every column weighs 1 (BMC), in bits. A number that the compiler does not know: see withBias() in
// log_mass_rows.wgsl.
//
// @uniforms zero:f32

const WEIGHTED = false;

fn logWeightAt(j: u32) -> f32 {
  return uniforms.zero;
}
