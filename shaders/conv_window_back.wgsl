// conv_window.wgsl the other way: pixel p of the picture that was convolved and tap k, filter by
// filter, are where a gradient of the result is read; 0 where the tap did not see the pixel.
//
// Inserted in front: the binding picture [N, height, width, channels], the gradient; the grid is
// that of the picture that was convolved.
//
// @bindings picture
// @uniforms height:i32 width:i32 channels:i32 gridHeight:i32 gridWidth:i32 pixelCount:i32
// @uniforms filterHeight:i32 filterWidth:i32 down:i32 right:i32 top:i32 left:i32

// Farther than any filter reaches.
const OUTSIDE = -1048576;

// (first row of the gradient, row and column with the padding).
fn pixelAt(p: i32) -> vec3<i32> {
  let line = p / uniforms.gridWidth;
  let n = line / uniforms.gridHeight;
  let row = line - n * uniforms.gridHeight + uniforms.top;
  let column = p - line * uniforms.gridWidth + uniforms.left;
  return vec3(n * uniforms.height, select(OUTSIDE, row, p < uniforms.pixelCount), column);
}

// (row and column in the filter, channel of the gradient).
fn tapAt(k: i32) -> vec3<i32> {
  let tap = k / uniforms.channels;
  let row = tap / uniforms.filterWidth;
  let column = tap - row * uniforms.filterWidth;
  let reached = select(-OUTSIDE, row, row < uniforms.filterHeight);
  return vec3(reached, column, k - tap * uniforms.channels);
}

fn valueAt(pixel: vec3<i32>, tap: vec3<i32>) -> f32 {
  let above = pixel.y - tap.x;
  let before = pixel.z - tap.y;
  let row = above / uniforms.down;
  let column = before / uniforms.right;
  if (
    above < 0 || row >= uniforms.height || before < 0 || column >= uniforms.width ||
    row * uniforms.down != above || column * uniforms.right != before
  ) {
    return 0.0;
  }
  return picture[((pixel.x + row) * uniforms.width + column) * uniforms.channels + tap.z];
}
