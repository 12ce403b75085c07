// The transpose of resize_forward.wgsl, one element of the source a thread: it gathers from all
// places that weigh it, so nothing is added in an order that varies.
//
// Inserted in front: the bindings x [N, rowPlaces, columnPlaces, channels] and result
// [N, rowCount, columnCount, channels].
//
// @bindings x
// @uniforms size:i32 channels:i32 rowCount:i32 rowPlaces:i32 columnCount:i32 columnPlaces:i32

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let channel = index % uniforms.channels;
  let pixel = index / uniforms.channels;
  let line = pixel / uniforms.columnCount;
  let sample = vec2(line % uniforms.rowCount, pixel % uniforms.columnCount);
  let first = line / uniforms.rowCount * uniforms.rowPlaces;
  let rows = placesOf(rowAxis(), sample.x);
  let columns = placesOf(columnAxis(), sample.y);
  var sum = 0.0;
  for (var i = rows.x; i <= rows.y; i++) {
    var along = 0.0;
    for (var j = columns.x; j <= columns.y; j++) {
      let at = ((first + i) * uniforms.columnPlaces + j) * uniforms.channels + channel;
      along += weightOf(columnAxis(), j, sample.y) * x[at];
    }
    sum += weightOf(rowAxis(), i, sample.x) * along;
  }
  result[index] = sum;
}
