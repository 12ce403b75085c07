// Loads the left tile of conv_product.wgsl where its rows are pixels and its depth the taps of a
// filter with their channels; see conv_window*.wgsl.
//
// Neighboring threads load neighboring channels.

var<workgroup> pixels: array<vec3<i32>, TILE>;
var<workgroup> places: array<i32, TILE>;
var<private> rightFirst: u32;

fn begin(firstRow: u32, firstColumn: u32) {
  rightFirst = firstColumn;
  beginTaps(i32(firstRow));
  if (localIndex < TILE) {
    let row = i32(firstRow + localIndex);
    pixels[localIndex] = pixelAt(row);
    places[localIndex] = pixelPlace(row);
  }
}

fn depthOf() -> i32 {
  return tapCount();
}

fn placeOf(local: u32) -> i32 {
  return places[local];
}

fn loadLeft(first: u32) {
  let d = localIndex % DEPTH;
  let tap = tapAt(i32(first + d));
  for (var n = 0u; n < LOADS; n++) { // unroll
    let quad = localIndex / DEPTH + THREADS / DEPTH * n;
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      value[c] = valueAt(pixels[quad + QUARTER * c], tap);
    }
    leftTile[d * STRIDE + quad] = value;
  }
}
