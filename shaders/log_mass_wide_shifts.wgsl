// The second product of the wide pass, and the statistics; see log_mass_wide.wgsl.
//
// @uniforms noiseDim:i32 firstStored:i32 stored:i32 splits:i32

// Where the thread's rows lie in the result.
fn place(statistic: u32, split: u32) -> u32 {
  let stats = 1u + u32(uniforms.noiseDim) + dim;
  let first = firstRow - u32(uniforms.firstStored);
  return (split * stats + statistic) * u32(uniforms.stored) + first;
}

fn readRows(at: u32) -> vec4<f32> {
  var values = vec4(0.0);
  for (var lane = 0u; lane < LOADS; lane++) { // unroll
    if (firstRow + 8u * lane < endRow) {
      values[lane] = result[at + 8u * lane];
    }
  }
  return values;
}

fn writeRows(at: u32, values: vec4<f32>) {
  for (var lane = 0u; lane < LOADS; lane++) { // unroll
    if (firstRow + 8u * lane < endRow) {
      result[at + 8u * lane] = values[lane];
    }
  }
}

// Adds to sums that lie in the result; there are none before the first tile.
fn addRows(at: u32, values: vec4<f32>, fresh: bool) {
  for (var lane = 0u; lane < LOADS; lane++) { // unroll
    if (firstRow + 8u * lane < endRow) {
      var sum = values[lane];
      if (!fresh) {
        sum += result[at + 8u * lane] * decay[lane];
      }
      result[at + 8u * lane] = sum;
    }
  }
}

// The second product, over 32 columns, for the thread's dimensions from `base` on.
fn addShifts(base: u32, split: u32, fresh: bool) {
  var origin: array<vec4<f32>, 4>;
  var shift: array<vec4<f32>, 4>; // sum of w r e
  var change: array<vec4<f32>, 4>; // sum of w 2 s d q / d s
  var accuracy = vec4(0.0); // 1 / s
  for (var k = 0u; k < LANES; k++) { // unroll
    let d = base + x + QUAD[k];
    if (d < dim) {
      origin[k] = predAt(rowStarts(firstRow) + d);
      if (SCALED == 1u) {
        accuracy[k] = 1.0 / noiseAt(d);
      }
    }
  }
  for (var quad = 0u; quad < SIDE; quad++) {
    var weight: array<vec4<f32>, 4>;
    for (var c = 0u; c < LANES; c++) { // unroll
      weight[c] = rowTile[(4u * quad + c) * STRIDE + y];
    }
    for (var k = 0u; k < LANES; k++) { // unroll
      let column = columnTile[(x + QUAD[k]) * STRIDE + quad];
      var share = vec4(1.0);
      if (SCALED == 1u) {
        share = shareTile[(x + QUAD[k]) * STRIDE + quad];
      }
      for (var c = 0u; c < LANES; c++) { // unroll
        let e = column[c] - origin[k];
        if (SCALED == 1u) {
          let label = share[c] * e;
          shift[k] += weight[c] * label;
          change[k] += weight[c] * ((1.0 - share[c]) + label * label * accuracy[k]);
        } else {
          shift[k] += weight[c] * e;
        }
      }
    }
  }
  for (var k = 0u; k < LANES; k++) { // unroll
    let d = base + x + QUAD[k];
    if (d < dim) {
      addRows(place(1u + u32(uniforms.noiseDim) + d, split), shift[k], fresh);
      if (NOISE_EACH == 1u) {
        addRows(place(1u + d, split), change[k], fresh);
      } else if (SCALED == 1u) {
        score += change[k];
      }
    }
  }
}

// From sums to means: see writeStats() in log_mass_rows.wgsl.
fn writeStats(split: u32) {
  let sum = sumOfRows(mass);
  let own = ownTile[y];
  let none = sum == vec4(0.0);
  let whole = select(sum, vec4(select(1.0, uniforms.NAN, uniforms.splits == 1)), none);
  var spoiled = vec4(0.0); // numbers that are not finite
  for (var d = x; d < dim; d += SIDE) {
    let start = rowStarts(firstRow) + d;
    let residual = expectedAt(start) - predAt(start);
    let at = place(1u + u32(uniforms.noiseDim) + d, split);
    let shift = readRows(at);
    let finite = (abs(shift) <= vec4(LARGEST)) & (abs(residual) <= vec4(LARGEST));
    spoiled += select(vec4(1.0), vec4(0.0), finite);
    writeRows(at, shift / whole - residual);
    if (NOISE_EACH == 1u) {
      let s = noiseAt(d);
      let mean = readRows(place(1u + d, split)) / whole;
      writeRows(place(1u + d, split), (mean - residual * residual / s) * (0.5 / s));
    }
  }
  spoiled = sumOfRows(spoiled);
  let mean = sumOfRows(score) / whole;
  if (x == 0u) {
    var logMass = LN2 * ((peak - own) + log2(whole));
    logMass = select(logMass, vec4(EMPTY), none & vec4(uniforms.splits > 1));
    logMass = select(logMass, vec4(uniforms.NAN), spoiled > vec4(0.0));
    writeRows(place(0u, split), logMass);
    let s = commonNoise();
    if (SCALED == 0u) {
      writeRows(place(1u, split), (mean - own) * (-LN2 / s));
    } else if (NOISE_EACH == 0u) {
      writeRows(place(1u, split), mean * (0.5 / s) + own * (LN2 / s));
    }
  }
}
