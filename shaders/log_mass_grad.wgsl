// The gradient of pred, one thread an element.
//
//   dPred_id = upstream_i factor shift_id / noiseVar        (times 2 noiseVar where the loss restores its scale)
//
// upstream holds one value a row, or a single one for all rows. result [N, D], stats [D + 2, N].

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let at = u32(index);
  if (at >= rows * DIM) {
    return;
  }
  let i = at / DIM;
  let d = at % DIM;
  let scale = select(1.0 / noiseVar[0], 2.0, uniforms.restoreScale == 1);
  let incoming = upstream[select(0u, i, uniforms.upstreamRows == 1)];
  result[at] = incoming * (uniforms.factor * scale * stats[(d + 2u) * rows + i]);
}
