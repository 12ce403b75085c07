// Loads the right tile of conv_product.wgsl from a matrix [depth, columns]. Neighboring threads
// load neighboring columns.
//
// @bindings matrix
// @uniforms depth:i32 columns:i32

fn loadRight(first: u32) {
  let quad = localIndex % QUARTER;
  for (var n = 0u; n < LOADS; n++) { // unroll
    let d = localIndex / QUARTER + THREADS / QUARTER * n;
    let start = (first + d) * u32(uniforms.columns);
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      let column = rightFirst + quad + QUARTER * c;
      if (first + d < u32(uniforms.depth) && column < u32(uniforms.columns)) {
        value[c] = matrix[start + column];
      }
    }
    rightTile[d * STRIDE + quad] = value;
  }
}
