// The gradient of pred, one thread an element.
//
//   dPred_id = upstream_i factor scaleOfLoss() shift_id / noiseVar_d
//
// upstream holds one value a row, or a single one for all rows. result [N, D], stats [1 + P + D,
// N]; where dimensions are for themselves, each is a row, and D and P are 1.
//
// Uniforms: rows N, dim D, noiseDim P, factor, restoreScale; upstreamRows, 1 where upstream holds
// one value a row. Where P is 1 the noise of element k is number k / noiseSpan % noises: one for
// all, one a row, or, of dimensions that are for themselves, one a dimension or an element.
//
// @bindings upstream stats noiseVar
// @uniforms rows:i32 dim:i32 noiseDim:i32 restoreScale:i32 upstreamRows:i32 factor:f32
// @uniforms noiseSpan:i32 noises:i32

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let dim = u32(uniforms.dim);
  let at = u32(index);
  if (at >= rows * dim) {
    return;
  }
  let i = at / dim;
  let d = at % dim;
  var scale = 0.0;
  if (uniforms.noiseDim == 1) {
    // Cancels in scaleOfLoss() / noiseVar: exactly 2, however small or large it is.
    let s = noiseVar[at / u32(uniforms.noiseSpan) % u32(uniforms.noises)];
    scale = select(1.0 / s, 2.0, uniforms.restoreScale == 1);
  } else {
    scale = scaleOfLoss() / noiseVar[d];
  }
  let incoming = upstream[select(0u, i, uniforms.upstreamRows == 1)];
  let shift = stats[(1u + u32(uniforms.noiseDim) + d) * rows + i];
  result[at] = incoming * (uniforms.factor * scale * shift);
}
