// The first product of the wide pass, and the weights; see log_mass_wide.wgsl.

// The first product, over at least `count` dimensions, which are summed for themselves: fewer
// roundings add up.
fn addSquares(count: u32) {
  var sum: array<vec4<f32>, 4>;
  for (var start = 0u; start < count; start += STEPS) {
    for (var s = 0u; s < STEPS; s++) { // unroll
      let line = (start + s) * STRIDE;
      let row = rowTile[line + y];
      let column = columnTile[line + x];
      var share = vec4(1.0);
      if (SCALED == 1u) {
        share = shareTile[line + x];
      }
      for (var c = 0u; c < LANES; c++) { // unroll
        let e = column[c] - row;
        if (SCALED == 1u) {
          sum[c] += share[c] * (e * e);
        } else {
          sum[c] += e * e;
        }
      }
    }
  }
  for (var c = 0u; c < LANES; c++) { // unroll
    square[c] += sum[c];
  }
}

// The columns' sums of log2(r) / 2 over every eighth dimension, for finishExponents().
fn storeLogShares(j: u32) {
  let start = columnStarts(j + x);
  var sum = vec4(0.0);
  for (var d = y; d < dim; d += SIDE) {
    sum += 0.5 * log2(shareAt(start + d, noiseAt(d)));
  }
  logShares[x * SIDE + y] = sum;
}

// From sums of squares to exponents q_ij in bits.
fn finishExponents(own: bool) {
  var logShare = vec4(0.0);
  if (SPREAD == 1u && !own) {
    for (var n = 0u; n < SIDE; n++) {
      logShare += logShares[x * SIDE + n];
    }
  }
  for (var c = 0u; c < LANES; c++) { // unroll
    if (SCALED == 1u) {
      square[c] += logShare[c];
    } else {
      square[c] *= -HALF_LOG2E / commonNoise();
    }
  }
}

// Of the tile of own labels, row i's is column i.
fn keepOwn() {
  if (x == y) {
    ownTile[y] = vec4(square[0].x, square[1].y, square[2].z, square[3].w);
  }
}

// The sum of a number over the threads of a row, in a fixed order.
fn sumOfRows(value: vec4<f32>) -> vec4<f32> {
  partial[y * SIDE + x] = value;
  workgroupBarrier();
  var sum = vec4(0.0);
  for (var n = 0u; n < SIDE; n++) {
    sum += partial[y * SIDE + n];
  }
  workgroupBarrier();
  return sum;
}

fn topOfRows(value: vec4<f32>) -> vec4<f32> {
  partial[y * SIDE + x] = value;
  workgroupBarrier();
  var top = value;
  for (var n = 0u; n < SIDE; n++) {
    top = max(top, partial[y * SIDE + n]);
  }
  workgroupBarrier();
  return top;
}

// The weights of columns j .. j + 31, of those before `to`, with the running peak, mass and, if it
// needs no more, score.
fn storeWeights(j: u32, to: u32) {
  var bias = vec4(EMPTY);
  for (var c = 0u; c < LANES; c++) { // unroll
    if (j + x + QUAD[c] < to) {
      bias[c] = logWeightAt(j + x + QUAD[c]);
    }
  }
  var top = peak;
  for (var c = 0u; c < LANES; c++) { // unroll
    top = max(top, square[c] + bias[c]);
  }
  top = topOfRows(top);
  decay = exp2(peak - top);
  peak = top;
  mass *= decay;
  score *= decay;
  for (var c = 0u; c < LANES; c++) { // unroll
    let w = select(vec4(0.0), exp2(square[c] + bias[c] - top), j + x + QUAD[c] < to);
    mass += w;
    if (SCALED == 0u) {
      score += w * square[c];
    }
    rowTile[(4u * x + c) * STRIDE + y] = w;
  }
}
