// Where the numbers lie of a problem of one dimension that stands beside others, as many as there
// are dimensions: see log_mass_rows.wgsl. DIM and NOISE_DIM are 1.
//
// pred, expected and a statistic are [N, problems]. Neighboring threads have neighboring
// dimensions, and so load neighboring numbers, of rows and columns alike. Columns are [M, problems]
// or, for all dimensions, [M, 1].
//
// @uniforms problems:i32 centerWidth:i32 noiseWidth:i32

const CONTIGUOUS = false;

// The thread's dimension.
var<private> dimension: u32 = 0u;

fn enterRows(t: u32) -> u32 {
  dimension = t % u32(uniforms.problems);
  return t / u32(uniforms.problems) * (4u * QUADS);
}

fn startsOf(rows: vec4<u32>) -> vec4<u32> {
  return rows * u32(uniforms.problems) + dimension;
}

fn columnAt(k: u32) -> u32 {
  let width = u32(uniforms.centerWidth);
  return k * width + min(dimension, width - 1u);
}

fn placeOf(row: u32) -> u32 {
  return row * u32(uniforms.problems) + dimension;
}

fn noisePlace(d: u32) -> u32 {
  return min(dimension, u32(uniforms.noiseWidth) - 1u);
}
