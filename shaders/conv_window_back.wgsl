// conv_window.wgsl the other way: pixel p of the picture that was convolved and tap k, filter by
// filter, are where a gradient of the result is read; see conv_value.wgsl.
//
// With strides, a pixel was seen by some of the taps only: those whose row is its own with the
// padding, modulo the stride, and so with columns. Pixels that were seen by the same taps are a
// phase; a phase's pixels are `phasePixels` rows of the product, the last of them without a place.
//
// Inserted in front: the binding matrix, the filter [taps, columns, channels].
//
// @bindings matrix
// @uniforms height:i32 channels:i32 gridHeight:i32 gridWidth:i32 pixelCount:i32 phasePixels:i32
// @uniforms filterHeight:i32 filterWidth:i32 down:i32 right:i32 top:i32 left:i32 columns:i32

// The phase: which rows and columns of the picture, the first tap that sees them, how many do, and
// where the first one reads.
var<private> phase: vec2<i32>;
var<private> firstTap: vec2<i32>;
var<private> tapsSeen: vec2<i32>;
var<private> start: vec2<i32>;

fn beginTaps(row: i32) {
  let number = row / uniforms.phasePixels;
  let strides = vec2(uniforms.down, uniforms.right);
  phase = vec2(number / strides.y, number % strides.y);
  let padded = phase + vec2(uniforms.top, uniforms.left);
  firstTap = padded % strides;
  tapsSeen = max(
    vec2(0),
    (vec2(uniforms.filterHeight, uniforms.filterWidth) - firstTap + strides - 1) / strides,
  );
  start = padded / strides;
}

fn tapCount() -> i32 {
  return tapsSeen.x * tapsSeen.y * uniforms.channels;
}

// (picture, row and column in its phase); a negative picture has no such pixel.
fn phasePixel(row: i32) -> vec3<i32> {
  let across = (uniforms.gridWidth + uniforms.right - 1) / uniforms.right;
  let along = (uniforms.gridHeight + uniforms.down - 1) / uniforms.down;
  let p = row % uniforms.phasePixels;
  let line = p / across;
  let n = line / along;
  let at = vec2(line - n * along, p - line * across);
  let whole = at * vec2(uniforms.down, uniforms.right) + phase;
  let exists = n * uniforms.gridHeight * uniforms.gridWidth < uniforms.pixelCount &&
    whole.x < uniforms.gridHeight && whole.y < uniforms.gridWidth;
  return vec3(select(-1, n, exists), at);
}

fn pixelPlace(row: i32) -> i32 {
  let at = phasePixel(row);
  let whole = at.yz * vec2(uniforms.down, uniforms.right) + phase;
  let place = (at.x * uniforms.gridHeight + whole.x) * uniforms.gridWidth + whole.y;
  return select(-1, place, at.x >= 0);
}

fn pixelAt(row: i32) -> vec3<i32> {
  let at = phasePixel(row);
  let first = at.yz + start;
  return vec3(at.x * uniforms.height, select(OUTSIDE, first.x, at.x >= 0), first.y);
}

fn tapAt(k: i32) -> vec3<i32> {
  let tap = k / uniforms.channels;
  let row = tap / max(1, tapsSeen.y);
  let column = tap - row * tapsSeen.y;
  return vec3(select(OUTSIDE, -row, k < tapCount()), -column, k - tap * uniforms.channels);
}

// Loads the right tile of conv_product.wgsl. Neighboring threads load neighboring channels.
fn loadRight(first: u32) {
  let d = localIndex % DEPTH;
  let k = i32(first + d);
  let tap = tapAt(k);
  let seen = firstTap - tap.xy * vec2(uniforms.down, uniforms.right);
  let line = (seen.x * uniforms.filterWidth + seen.y) * uniforms.columns;
  for (var n = 0u; n < LOADS; n++) { // unroll
    let quad = localIndex / DEPTH + THREADS / DEPTH * n;
    var value = vec4(0.0);
    for (var c = 0u; c < LANES; c++) { // unroll
      let column = i32(rightFirst + quad + QUARTER * c);
      if (k < tapCount() && column < uniforms.columns) {
        value[c] = matrix[(line + column) * uniforms.channels + tap.z];
      }
    }
    rightTile[d * STRIDE + quad] = value;
  }
}
