// Loads the right tile of conv_product.wgsl from a filter [taps, columns, filters], whose depth is
// the taps with their filters. Neighboring threads load neighboring filters.
//
// @bindings matrix
// @uniforms depth:i32 columns:i32 filters:i32

fn loadRight(first: u32) {
  let d = localIndex % DEPTH;
  let k = first + d;
  let tap = k / u32(uniforms.filters);
  let start = tap * u32(uniforms.columns);
  let f = k - tap * u32(uniforms.filters);
  for (var n = 0u; n < LOADS; n++) { // unroll
    let quad = localIndex / DEPTH + THREADS / DEPTH * n;
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      let column = rightFirst + quad + QUARTER * c;
      if (k < u32(uniforms.depth) && column < u32(uniforms.columns)) {
        value[c] = matrix[(start + column) * u32(uniforms.filters) + f];
      }
    }
    rightTile[d * STRIDE + quad] = value;
  }
}
