// Loads the left tile of conv_product.wgsl where its rows are the taps of a filter with their
// channels and its depth pixels; see conv_window.wgsl.
//
// Neighboring threads load neighboring channels.
//
// @uniforms rows:i32 depth:i32

var<workgroup> taps: array<vec3<i32>, TILE>;
var<private> leftFirst: u32;
var<private> rightFirst: u32;

fn begin(firstRow: u32, firstColumn: u32) {
  leftFirst = firstRow;
  rightFirst = firstColumn;
  if (localIndex < TILE) {
    taps[localIndex] = tapAt(i32(firstRow + localIndex));
  }
}

fn depthOf() -> i32 {
  return uniforms.depth;
}

fn placeOf(local: u32) -> i32 {
  let row = i32(leftFirst + local);
  return select(-1, row, row < uniforms.rows);
}

fn loadLeft(first: u32) {
  let quad = localIndex % QUARTER;
  for (var n = 0u; n < LOADS; n++) { // unroll
    let d = localIndex / QUARTER + THREADS / QUARTER * n;
    let pixel = pixelAt(i32(first + d));
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      value[c] = valueAt(pixel, taps[quad + QUARTER * c]);
    }
    leftTile[d * STRIDE + quad] = value;
  }
}
