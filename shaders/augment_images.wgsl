// Pictures of bytes as numbers: cropped, mirrored and normalized, one thread a pixel of the result.
//
// A picture [height, width, 3] is padded by black pixels, cut to its old size at an offset, then
// mirrored:
//
//   result[n, r, c, k] = table[k, byte[n, r + dy, x + dx, k]],  x = c or, mirrored, width - 1 - c
//
// with the byte 0 outside of the picture. words: the bytes, four each, the first the lowest.
// place [N, 3]: dy, dx, and 1 to mirror. table [3, 256]: what a byte becomes, so that all backends
// give the same bits. pixels = N height width.
//
// @bindings words:i32 place:i32 table
// @uniforms pixels:i32 height:i32 width:i32
fn main(index: i32) {
  if (index >= uniforms.pixels) {
    return;
  }
  let column = index % uniforms.width;
  let row = index / uniforms.width % uniforms.height;
  let picture = index / uniforms.width / uniforms.height;
  let mirrored = place[3 * picture + 2] == 1;
  let x = select(column, uniforms.width - 1 - column, mirrored) + place[3 * picture + 1];
  let y = row + place[3 * picture];
  let inside = x >= 0 && x < uniforms.width && y >= 0 && y < uniforms.height;
  let first = 3u * u32((picture * uniforms.height + y) * uniforms.width + x);
  for (var k = 0u; k < 3u; k++) {
    var byte = 0u;
    if (inside) {
      let at = first + k;
      byte = (bitcast<u32>(words[at / 4u]) >> (8u * (at % 4u))) & 255u;
    }
    result[3u * u32(index) + k] = table[256u * k + byte];
  }
}
