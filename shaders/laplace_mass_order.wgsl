// The columns of every dimension, ascending, in blocks of BLOCK, and where sums over blocks lie.
//
// ascending [D, WIDTH, M]: the centers of a dimension, and where WIDTH is 2 the logarithms of their
// weights, in nats. Sums are [D, 2, FIELDS, blocks]: over the blocks up to each, as a place on
// their right sees them, and over those from each on, as one on their left does; see
// laplace_mass_side.wgsl.
//
// @bindings ascending
// @uniforms columns:i32 blocks:i32

const FROM_RIGHT = 0u;
const FROM_LEFT = 1u;

fn labelAt(d: u32, j: u32) -> f32 {
  return ascending[d * WIDTH * u32(uniforms.columns) + j];
}

// The logarithm of a weight, in bits.
fn weightAt(d: u32, j: u32) -> f32 {
  if (WIDTH == 1u) {
    return 0.0;
  }
  return LOG2E * ascending[(d * WIDTH + 1u) * u32(uniforms.columns) + j];
}

// The greatest label of a block.
fn lastOf(d: u32, block: u32) -> f32 {
  return labelAt(d, min((block + 1u) * BLOCK, u32(uniforms.columns)) - 1u);
}

fn sumAt(d: u32, seen: u32, field: u32, block: u32) -> u32 {
  return ((2u * d + seen) * FIELDS + field) * u32(uniforms.blocks) + block;
}
