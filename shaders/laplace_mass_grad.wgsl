// The gradient of pred by the Laplace mass, one thread an element.
//
//   dPred_id = upstream_i factor pull_id                 where the loss is times its scale
//   dPred_id = upstream_i factor pull_id / scale_d       where it is in nats
//
// upstream holds one value a row, or a single one for all rows. stats [3, N D], result [N, D].
//
// Uniforms: count N D, dim D, scaleDim 1 or D, factor, restoreScale; upstreamRows, 1 where upstream
// holds one value a row.
//
// @bindings upstream stats scale
// @uniforms count:i32 dim:i32 scaleDim:i32 restoreScale:i32 upstreamRows:i32 factor:f32

fn main(index: i32) {
  let count = u32(uniforms.count);
  let at = u32(index);
  if (at >= count) {
    return;
  }
  let i = at / u32(uniforms.dim);
  let d = at % u32(uniforms.dim);
  let incoming = upstream[select(0u, i, uniforms.upstreamRows == 1)];
  let gradient = incoming * (uniforms.factor * stats[count + at]);
  let b = scale[min(d, u32(uniforms.scaleDim) - 1u)];
  result[at] = select(gradient / b, gradient, uniforms.restoreScale == 1);
}
