// Sums over each chunk of rows, one channel a thread: of the incoming gradient d and of d h; see
// batch_norm_chunk.wgsl. The result is [2, chunks, C].
//
// @uniforms channels:i32 chunks:i32

fn main(index: i32) {
  if (!isChunk(index)) {
    return;
  }
  let c = channelOf(index);
  var sum = 0.0;
  var product = 0.0;
  let end = chunkEnd(index);
  for (var at = chunkStart(index); at < end; at += uniforms.channels) {
    let h = standard(at, c);
    let d = incoming(at, h, c);
    sum += d;
    product += d * h;
  }
  result[index] = sum;
  result[uniforms.chunks * uniforms.channels + index] = product;
}
