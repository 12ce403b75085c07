// The pass for many dimensions: a workgroup of 64 threads owns 32 rows and walks the columns by 32,
// dimensions by 32.
//
// Equals log_mass_spread.wgsl, which see for the formulas; of points, r is 1. A step over 32
// columns is two products of 32 by 32 by 32 numbers, as of matrices: squares of differences summed
// over the dimensions give the logits (log_mass_wide_weights.wgsl), then weights times differences
// summed over the columns give the shifts (log_mass_wide_shifts.wgsl). What both need lies in
// workgroup memory (log_mass_wide_tiles.wgsl); a thread holds 4 by 4 results in registers. The peak
// is a running one. Shifts, D a row, are too many to hold: they are summed in `result`, each by one
// thread.
//
// One code for all D. Bounds of loops with a barrier are uniforms, so that all threads meet there:
// what is outside (rows, columns, spare workgroups) is computed and not counted.
//
// Inserted in front: the three files; SPREAD, 1 where columns have a variance; NOISE_EACH, 1 where
// every dimension has its noise; SCALED, 1 where one of both; SHARES and LOG_SHARES, lengths of
// what only these need; STEPS, dimensions an iteration; LANES, 4, and LOADS, 4, which only GPUs
// unroll; logWeightAt(), shareAt(); and the bindings pred [N, D], expected (the targets [N, D]),
// noiseVar [P], centerValue [M, D], perhaps logWeight [M] and variance [M, D], result [splits, 1 +
// P + D, stored].
//
// Uniforms: rows, columns, start, end, stored, firstStored, span as in log_mass_points.wgsl; dim D,
// noiseDim P, `splits`, `groups` of 32 rows a split, `tiles` of 32 columns a split.
//
// @uniforms groups:i32 span:i32 columns:i32 dim:i32 start:i32 end:i32 tiles:i32

fn main(index: i32) {
  let group = u32(index) / THREADS;
  let split = group / u32(uniforms.groups);
  let begin = split * u32(uniforms.span);
  let to = min(begin + u32(uniforms.span), u32(uniforms.columns));
  dim = u32(uniforms.dim);
  y = localIndex % SIDE;
  x = localIndex / SIDE;
  firstOfTile = u32(uniforms.start) + group % u32(uniforms.groups) * TILE;
  firstRow = firstOfTile + y;
  // tfjs may launch spare workgroups: they write nothing.
  endRow = select(0u, u32(uniforms.end), begin < to);
  peak = vec4(EMPTY);
  // The 0th tile is the rows' own labels, by the same code, so that the own one among the columns
  // cancels exactly.
  for (var tile = 0u; tile <= u32(uniforms.tiles); tile++) {
    let own = tile == 0u;
    let j = begin + (tile - min(tile, 1u)) * TILE;
    for (var c = 0u; c < LANES; c++) { // unroll
      square[c] = vec4(0.0);
    }
    if (SPREAD == 1u) {
      storeLogShares(j);
    }
    for (var base = 0u; base < u32(uniforms.dim); base += TILE) {
      loadRows(base);
      loadColumns(j, base, own, false);
      workgroupBarrier();
      addSquares(min(TILE, dim - base));
      workgroupBarrier();
    }
    finishExponents(own);
    if (own) {
      keepOwn();
    } else {
      storeWeights(j, to);
      for (var base = 0u; base < u32(uniforms.dim); base += TILE) {
        loadColumns(j, base, false, true);
        workgroupBarrier();
        addShifts(base, split, tile == 1u);
        workgroupBarrier();
      }
    }
  }
  writeStats(split);
}
