// Mean and variance of each channel from those of its chunks: LANES threads a channel merge every
// LANES-th chunk each, and the first of them the lanes, so always in one order.
//
//   mean    = mean_a + delta n_b / (n_a + n_b)            delta = mean_b - mean_a
//   squares = squares_a + squares_b + delta^2 n_a n_b / (n_a + n_b)
//
// Inserted in front: the bindings x [R, C], part [2, chunks, C], unwrittenVariance [C] and result,
// the mean [C]; LANES.
//
// @bindings x part unwrittenVariance
// @uniforms rows:i32 channels:i32 chunks:i32 per:i32

// See optimizer_adam.wgsl.
@group(0) @binding(3) var<storage, read_write> variance: array<f32>;

struct Moments { count: f32, mean: f32, squares: f32 }

var<workgroup> lanes: array<Moments, THREADS>;

fn merge(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  if (count == 0.0) {
    return a;
  }
  let delta = b.mean - a.mean;
  let share = b.count / count;
  let squares = a.squares + b.squares + delta * delta * a.count * share;
  return Moments(count, a.mean + delta * share, squares);
}

fn chunk(k: i32, c: i32) -> Moments {
  let count = min(uniforms.rows, (k + 1) * uniforms.per) - k * uniforms.per;
  let at = k * uniforms.channels + c;
  return Moments(f32(count), part[at], part[uniforms.chunks * uniforms.channels + at]);
}

fn main(index: i32) {
  // Neighboring threads have neighboring channels.
  let width = i32(THREADS / LANES);
  let local = i32(localIndex);
  let c = index / i32(THREADS) * width + local % width;
  var moments = Moments(0.0, 0.0, 0.0);
  if (c < uniforms.channels) {
    for (var k = local / width; k < uniforms.chunks; k += i32(LANES)) {
      moments = merge(moments, chunk(k, c));
    }
  }
  lanes[localIndex] = moments;
  workgroupBarrier();
  if (local >= width || c >= uniforms.channels) {
    return;
  }
  for (var lane = 1; lane < i32(LANES); lane++) {
    moments = merge(moments, lanes[lane * width + local]);
  }
  result[c] = x[c] + moments.mean;
  variance[c] = moments.squares / moments.count;
}
