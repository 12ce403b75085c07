// The gradient of pred, one thread an element.
//
//   dPred_id = upstream_i factor scaleOfLoss() shift_id / noiseVar_d
//
// upstream holds one value a row, or a single one for all rows. result [N, D], stats [1 + NOISE_DIM + D, N].
//
// @bindings upstream stats noiseVar
// @uniforms rows:i32 restoreScale:i32 upstreamRows:i32 factor:f32

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let at = u32(index);
  if (at >= rows * DIM) {
    return;
  }
  let i = at / DIM;
  let d = at % DIM;
  var scale = 0.0;
  if (NOISE_DIM == 1u) {
    // Cancels in scaleOfLoss() / noiseVar: exactly 2, however small or large it is.
    scale = select(1.0 / noiseVar[0], 2.0, uniforms.restoreScale == 1);
  } else {
    scale = scaleOfLoss() / noiseVar[d];
  }
  let incoming = upstream[select(0u, i, uniforms.upstreamRows == 1)];
  result[at] = incoming * (uniforms.factor * scale * stats[(1u + NOISE_DIM + d) * rows + i]);
}
