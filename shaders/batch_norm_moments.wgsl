// Mean and sum of squared deviations of each chunk of rows, one channel a thread; see
// batch_norm_chunk.wgsl.
//
// By Welford's updates, on differences from the channel's first value: far from zero, float32 has
// no digits left for a running mean.
//
// Inserted in front: the bindings x [R, C] and result [2, chunks, C].
//
// @bindings x
// @uniforms channels:i32 chunks:i32

fn main(index: i32) {
  if (!isChunk(index)) {
    return;
  }
  let origin = x[channelOf(index)];
  var count = 0.0;
  var mean = 0.0;
  var squares = 0.0;
  let end = chunkEnd(index);
  for (var at = chunkStart(index); at < end; at += uniforms.channels) {
    let value = x[at] - origin;
    let step = value - mean;
    count += 1.0;
    mean += step / count;
    squares += step * (value - mean);
  }
  result[index] = mean;
  result[uniforms.chunks * uniforms.channels + index] = squares;
}
