// The part of the rows that a thread of batch normalization walks over: thread `index` has channel
// index % C and chunk index / C, so that neighboring threads read neighboring channels.
//
// @uniforms rows:i32 channels:i32 chunks:i32 per:i32

fn channelOf(index: i32) -> i32 {
  return index % uniforms.channels;
}

// Where the chunk's first row has the channel, and the end of that walk.
fn chunkStart(index: i32) -> i32 {
  return index / uniforms.channels * uniforms.per * uniforms.channels + channelOf(index);
}

fn chunkEnd(index: i32) -> i32 {
  let k = index / uniforms.channels;
  return min(uniforms.rows, (k + 1) * uniforms.per) * uniforms.channels;
}

fn isChunk(index: i32) -> bool { // tfjs may launch spare workgroups
  return index < uniforms.chunks * uniforms.channels;
}
