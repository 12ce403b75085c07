// Loads the right tile of conv_product.wgsl from a matrix [columns, depth]. Neighboring threads
// load neighbors along the depth.
//
// @bindings matrix
// @uniforms depth:i32 columns:i32

fn loadRight(first: u32) {
  let d = localIndex % DEPTH;
  let k = first + d;
  for (var n = 0u; n < LOADS; n++) { // unroll
    let quad = localIndex / DEPTH + THREADS / DEPTH * n;
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      let column = rightFirst + quad + QUARTER * c;
      if (k < u32(uniforms.depth) && column < u32(uniforms.columns)) {
        value[c] = matrix[column * u32(uniforms.depth) + k];
      }
    }
    rightTile[d * STRIDE + quad] = value;
  }
}
