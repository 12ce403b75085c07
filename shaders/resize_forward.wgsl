// Resizes pictures, one element of the result a thread; see resize_axis.wgsl.
//
// Inserted in front: the bindings x [N, rowCount, columnCount, channels] and result
// [N, rowPlaces, columnPlaces, channels].
//
// @bindings x
// @uniforms size:i32 channels:i32 rowCount:i32 rowPlaces:i32 columnCount:i32 columnPlaces:i32

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let channel = index % uniforms.channels;
  let pixel = index / uniforms.channels;
  let line = pixel / uniforms.columnPlaces;
  let place = vec2(line % uniforms.rowPlaces, pixel % uniforms.columnPlaces);
  let first = line / uniforms.rowPlaces * uniforms.rowCount;
  let rows = samplesOf(rowAxis(), place.x);
  let columns = samplesOf(columnAxis(), place.y);
  var sum = 0.0;
  for (var a = rows.x; a <= rows.y; a++) {
    var along = 0.0;
    for (var b = columns.x; b <= columns.y; b++) {
      let at = ((first + a) * uniforms.columnCount + b) * uniforms.channels + channel;
      along += weightOf(columnAxis(), place.y, b) * x[at];
    }
    sum += weightOf(rowAxis(), place.x, a) * along;
  }
  result[index] = sum;
}
