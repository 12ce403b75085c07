// Reads pictures; outside of them there is 0.
//
// Inserted in front: the binding picture [N, height, width, channels].
//
// @bindings picture
// @uniforms height:i32 width:i32 channels:i32

// Farther than any filter reaches.
const OUTSIDE = -1048576;

// A pixel is (first row of its picture, row and column in that), a tap (rows and columns from
// there, channel).
fn valueAt(pixel: vec3<i32>, tap: vec3<i32>) -> f32 {
  let row = pixel.y + tap.x;
  let column = pixel.z + tap.y;
  if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) {
    return 0.0;
  }
  return picture[((pixel.x + row) * uniforms.width + column) * uniforms.channels + tap.z];
}
