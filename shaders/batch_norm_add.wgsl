// The sums of all chunks: LANES threads a sum add every LANES-th chunk each, and the first of them
// the lanes, so always in one order.
//
// Inserted in front: the bindings part [2, chunks, C], unwrittenOffset and unwrittenScale [C], and
// result [2, C], the sums of d and of d h, which are the gradients of offset and scale; LANES.
//
// @bindings part unwrittenOffset unwrittenScale
// @uniforms channels:i32 chunks:i32

// See optimizer_adam.wgsl.
@group(0) @binding(2) var<storage, read_write> offsetGradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> scaleGradient: array<f32>;

var<workgroup> lanes: array<f32, THREADS>;

fn main(index: i32) {
  // Neighboring threads have neighboring channels.
  let width = i32(THREADS / LANES);
  let local = i32(localIndex);
  let item = index / i32(THREADS) * width + local % width; // of [2, C]
  let c = item % uniforms.channels;
  let isProduct = item >= uniforms.channels;
  let start = select(0, uniforms.chunks * uniforms.channels, isProduct) + c;
  var sum = 0.0;
  if (item < 2 * uniforms.channels) {
    for (var k = local / width; k < uniforms.chunks; k += i32(LANES)) {
      sum += part[start + k * uniforms.channels];
    }
  }
  lanes[localIndex] = sum;
  workgroupBarrier();
  if (local >= width || item >= 2 * uniforms.channels) {
    return;
  }
  for (var lane = 1; lane < i32(LANES); lane++) {
    sum += lanes[lane * width + local];
  }
  result[item] = sum;
  if (isProduct) {
    scaleGradient[c] = sum;
  } else {
    offsetGradient[c] = sum;
  }
}
