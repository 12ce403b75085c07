// What a filter sees: pixel p of the result and tap k, channel by channel, are where a picture is
// read; see conv_value.wgsl.
//
// @uniforms height:i32 channels:i32 gridHeight:i32 gridWidth:i32 pixelCount:i32
// @uniforms filterHeight:i32 filterWidth:i32 down:i32 right:i32 top:i32 left:i32

fn beginTaps(row: i32) {}

fn tapCount() -> i32 {
  return uniforms.filterHeight * uniforms.filterWidth * uniforms.channels;
}

fn pixelPlace(p: i32) -> i32 {
  return select(-1, p, p < uniforms.pixelCount);
}

// Where the filter's first tap is.
fn pixelAt(p: i32) -> vec3<i32> {
  let line = p / uniforms.gridWidth;
  let n = line / uniforms.gridHeight;
  let row = (line - n * uniforms.gridHeight) * uniforms.down - uniforms.top;
  let column = (p - line * uniforms.gridWidth) * uniforms.right - uniforms.left;
  return vec3(n * uniforms.height, select(OUTSIDE, row, p < uniforms.pixelCount), column);
}

fn tapAt(k: i32) -> vec3<i32> {
  let tap = k / uniforms.channels;
  let row = tap / uniforms.filterWidth;
  let column = tap - row * uniforms.filterWidth;
  let reached = select(OUTSIDE, row, row < uniforms.filterHeight);
  return vec3(reached, column, k - tap * uniforms.channels);
}
