// What a filter sees: pixel p of the result and tap k, channel by channel, are where a picture is
// read; outside of it, and behind the last pixel and tap, there is 0.
//
// Inserted in front: the binding picture [N, height, width, channels].
//
// @bindings picture
// @uniforms height:i32 width:i32 channels:i32 gridHeight:i32 gridWidth:i32 pixelCount:i32
// @uniforms filterHeight:i32 filterWidth:i32 down:i32 right:i32 top:i32 left:i32

// Farther than any filter reaches.
const OUTSIDE = -1048576;

// (first row of the picture, row and column in it) where the filter's first tap is.
fn pixelAt(p: i32) -> vec3<i32> {
  let line = p / uniforms.gridWidth;
  let n = line / uniforms.gridHeight;
  let row = (line - n * uniforms.gridHeight) * uniforms.down - uniforms.top;
  let column = (p - line * uniforms.gridWidth) * uniforms.right - uniforms.left;
  return vec3(n * uniforms.height, select(OUTSIDE, row, p < uniforms.pixelCount), column);
}

// (row and column in the filter, channel).
fn tapAt(k: i32) -> vec3<i32> {
  let tap = k / uniforms.channels;
  let row = tap / uniforms.filterWidth;
  let column = tap - row * uniforms.filterWidth;
  let reached = select(OUTSIDE, row, row < uniforms.filterHeight);
  return vec3(reached, column, k - tap * uniforms.channels);
}

fn valueAt(pixel: vec3<i32>, tap: vec3<i32>) -> f32 {
  let row = pixel.y + tap.x;
  let column = pixel.z + tap.y;
  if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) {
    return 0.0;
  }
  return picture[((pixel.x + row) * uniforms.width + column) * uniforms.channels + tap.z];
}
