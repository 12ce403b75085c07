// The pass for many dimensions: a workgroup works on 32 rows and walks the columns by 32, dimensions by 32.
//
// Equals log_mass_spread.wgsl, which see for the formulas; of points, r is 1. A step over 32 columns is two products
// of 32 by 32 by 32 numbers, as of matrices: squares of differences summed over the dimensions give the logits, then
// weights times differences summed over the columns give the shifts. What both need lies in workgroup memory; a thread
// holds 4 QUADS by 4 QUADS results in registers. The peak is a running one. Shifts, D a row, are too many to hold:
// they are summed in `result`, an element always by the same thread.
//
// One code for all D, without a loop that is unrolled over dimensions. Bounds of loops with a barrier are uniforms, so
// that all threads meet there: what is outside (rows, columns, spare workgroups) is computed and not counted.
//
// Inserted in front: the sizes that tile.ts names; NOISE_EACH, 1 where every dimension has its noise; SCALED, 1
// where r or the noise differs by dimension; logWeightAt(), shareAt() and its logarithms; the bindings
// pred [N, D], expected (the targets [N, D]), noiseVar [1] or [D], centerValue [M, D], result [splits, 1 + P + D, stored].
//
// Uniforms: as in log_mass_points.wgsl; dim D, `groups` tiles of rows a split, `tiles` of columns, `splits`.
//
// @bindings pred expected noiseVar centerValue
// @uniforms noiseDim:i32 rows:i32 columns:i32 stored:i32 firstStored:i32 splits:i32 groups:i32 span:i32 dim:i32 start:i32 end:i32 tiles:i32

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;
const EMPTY = -3.4e38; // see log_mass_rows.wgsl

const TILE = 32u;
const TILE_QUADS = 8u;
const STRIDE = 9u; // of a line of 8 vec4, so that neighboring threads meet in no memory bank
const TILE_VECTORS = 288u;

// Lines: dimensions; in a line a vec4 for every four rows or columns.
var<workgroup> columnTile: array<vec4<f32>, TILE_VECTORS>;
// What squares are multiplied by in the first product, r in the second.
var<workgroup> shareTile: array<vec4<f32>, TILE_VECTORS>;
// The rows in the first product. In the second the weights: lines are columns.
var<workgroup> rowTile: array<vec4<f32>, TILE_VECTORS>;
// A number a row and thread, to be joined.
var<workgroup> partial: array<vec4<f32>, 64>;
var<workgroup> logShares: array<vec4<f32>, 64>;
var<workgroup> ownTile: array<vec4<f32>, TILE_QUADS>;

// The thread's quads of rows are y, y + SIDE ..; of columns, x, x + SIDE ..; its dimensions likewise, one by one.
var<private> x: u32;
var<private> y: u32;
var<private> dim: u32;
var<private> firstRow: u32;
var<private> endRow: u32;

var<private> square: array<vec4<f32>, PAIRS>; // the first product, of column c and rows g at c * QUADS + g
var<private> peak: array<vec4<f32>, QUADS>;
var<private> decay: array<vec4<f32>, QUADS>; // exp2(last peak - peak)
// Sums over the thread's own columns, or dimensions.
var<private> mass: array<vec4<f32>, QUADS>;
var<private> score: array<vec4<f32>, QUADS>;

// A noise variance that is not above zero must not give a plausible number.
fn noiseAt(d: u32) -> f32 {
  let s = noiseVar[min(d, u32(uniforms.noiseDim) - 1u)];
  return select(uniforms.NAN, s, s > 0.0);
}

// Where four rows start in [N, D]. Those behind the last repeat it and are not written.
fn rowStarts(first: u32) -> vec4<u32> {
  return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(u32(uniforms.rows) - 1u)) * dim;
}

fn columnStarts(first: u32) -> vec4<u32> {
  return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(u32(uniforms.columns) - 1u)) * dim;
}

fn predAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(pred[at.x], pred[at.y], pred[at.z], pred[at.w]);
}

fn expectedAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(expected[at.x], expected[at.y], expected[at.z], expected[at.w]);
}

fn centerAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(centerValue[at.x], centerValue[at.y], centerValue[at.z], centerValue[at.w]);
}

// Neighboring threads load neighboring dimensions. Those behind the last are 0 everywhere: they add nothing.
fn loadRows(base: u32) {
  for (var n = 0u; n < ITEMS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    var value = vec4(0.0);
    if (d < dim) {
      value = predAt(rowStarts(firstRow + 4u * quad) + d);
    }
    rowTile[item % TILE * STRIDE + quad] = value;
  }
}

// Columns from j on, or the rows' own labels, which lie at a point; for the first product or the second.
fn loadColumns(j: u32, base: u32, own: bool, second: bool) {
  for (var n = 0u; n < ITEMS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    let at = item % TILE * STRIDE + quad;
    var value = vec4(0.0);
    var share = vec4(1.0);
    if (d < dim) {
      if (own) {
        value = expectedAt(rowStarts(firstRow + 4u * quad) + d);
      } else {
        let start = columnStarts(j + 4u * quad) + d;
        value = centerAt(start);
        share = shareAt(start, noiseAt(d));
      }
      if (SCALED == 1u && !second) {
        share *= -HALF_LOG2E / noiseAt(d);
      }
    }
    columnTile[at] = value;
    if (SCALED == 1u) {
      shareTile[at] = share;
    }
  }
}

// The first product, over `count` dimensions.
fn addSquares(count: u32) {
  for (var s = 0u; s < count; s++) {
    var row: array<vec4<f32>, QUADS>;
    for (var g = 0u; g < QUADS; g++) { // unroll
      row[g] = rowTile[s * STRIDE + y + SIDE * g];
    }
    for (var k = 0u; k < QUADS; k++) { // unroll
      let four = columnTile[s * STRIDE + x + SIDE * k];
      var share = vec4(1.0);
      if (SCALED == 1u) {
        share = shareTile[s * STRIDE + x + SIDE * k];
      }
      for (var c = 0u; c < LANES; c++) { // unroll
        for (var g = 0u; g < QUADS; g++) { // unroll
          let e = four[c] - row[g];
          if (SCALED == 1u) {
            square[(4u * k + c) * QUADS + g] += share[c] * (e * e);
          } else {
            square[(4u * k + c) * QUADS + g] += e * e;
          }
        }
      }
    }
  }
}

// The columns' sums of log2(r) / 2 over every SIDE-th dimension, for addLogShares().
fn storeLogShares(j: u32) {
  for (var k = 0u; k < QUADS; k++) { // unroll
    let start = columnStarts(j + 4u * (x + SIDE * k));
    var sum = vec4(0.0);
    for (var d = y; d < dim; d += SIDE) {
      sum += 0.5 * log2(shareAt(start + d, noiseAt(d)));
    }
    logShares[(x + SIDE * k) * SIDE + y] = sum;
  }
}

// From sums of squares to exponents q_ij in bits.
fn finishExponents(own: bool) {
  for (var k = 0u; k < QUADS; k++) { // unroll
    var logShare = vec4(0.0);
    if (SPREAD == 1u && !own) {
      for (var n = 0u; n < SIDE; n++) {
        logShare += logShares[(x + SIDE * k) * SIDE + n];
      }
    }
    for (var c = 0u; c < LANES; c++) { // unroll
      for (var g = 0u; g < QUADS; g++) { // unroll
        if (SCALED == 1u) {
          square[(4u * k + c) * QUADS + g] += logShare[c];
        } else {
          square[(4u * k + c) * QUADS + g] *= -HALF_LOG2E / noiseAt(0u);
        }
      }
    }
  }
}

// Of the tile of own labels, row i's is column i.
fn keepOwn() {
  if (x == y) {
    for (var g = 0u; g < QUADS; g++) { // unroll
      var label = vec4(0.0);
      for (var c = 0u; c < LANES; c++) { // unroll
        label[c] = square[(4u * g + c) * QUADS + g][c];
      }
      ownTile[y + SIDE * g] = label;
    }
  }
}

// The sum of a number over the threads of its rows, in a fixed order.
fn sumOfRows(value: vec4<f32>, g: u32) -> vec4<f32> {
  let start = (y + SIDE * g) * SIDE;
  partial[start + x] = value;
  workgroupBarrier();
  var sum = vec4(0.0);
  for (var n = 0u; n < SIDE; n++) {
    sum += partial[start + n];
  }
  workgroupBarrier();
  return sum;
}

fn topOfRows(value: vec4<f32>, g: u32) -> vec4<f32> {
  let start = (y + SIDE * g) * SIDE;
  partial[start + x] = value;
  workgroupBarrier();
  var top = value;
  for (var n = 0u; n < SIDE; n++) {
    top = max(top, partial[start + n]);
  }
  workgroupBarrier();
  return top;
}

// Weights of columns j .. to - 1 into rowTile, with the running peak, mass and, of points with one noise, score.
fn storeWeights(j: u32, to: u32) {
  var bias: array<f32, COLUMNS>;
  for (var k = 0u; k < QUADS; k++) { // unroll
    for (var c = 0u; c < LANES; c++) { // unroll
      let column = j + 4u * (x + SIDE * k) + c;
      bias[4u * k + c] = EMPTY;
      if (column < to) {
        bias[4u * k + c] = logWeightAt(column);
      }
    }
  }
  for (var g = 0u; g < QUADS; g++) { // unroll
    var top = peak[g];
    for (var c = 0u; c < COLUMNS; c++) { // unroll
      top = max(top, square[c * QUADS + g] + bias[c]);
    }
    top = topOfRows(top, g);
    decay[g] = exp2(peak[g] - top);
    peak[g] = top;
    mass[g] *= decay[g];
    score[g] *= decay[g];
    for (var k = 0u; k < QUADS; k++) { // unroll
      for (var c = 0u; c < LANES; c++) { // unroll
        let quad = x + SIDE * k;
        let q = square[(4u * k + c) * QUADS + g];
        let w = select(vec4(0.0), exp2(q + bias[4u * k + c] - top), j + 4u * quad + c < to);
        mass[g] += w;
        if (SCALED == 0u) {
          score[g] += w * q;
        }
        rowTile[(4u * quad + c) * STRIDE + y + SIDE * g] = w;
      }
    }
  }
}

// Element [statistic, row] of the result, for the first of four rows.
fn place(statistic: u32, split: u32, row: u32) -> u32 {
  let stats = 1u + u32(uniforms.noiseDim) + dim;
  let stored = u32(uniforms.stored);
  return (split * stats + statistic) * stored + row - u32(uniforms.firstStored);
}

fn readRows(at: u32, row: u32) -> vec4<f32> {
  var values = vec4(0.0);
  for (var lane = 0u; lane < LANES; lane++) { // unroll
    if (row + lane < endRow) {
      values[lane] = result[at + lane];
    }
  }
  return values;
}

fn writeRows(at: u32, row: u32, values: vec4<f32>) {
  for (var lane = 0u; lane < LANES; lane++) { // unroll
    if (row + lane < endRow) {
      result[at + lane] = values[lane];
    }
  }
}

// Adds to a sum that lies in the result; there is none before the first tile.
fn addRows(at: u32, g: u32, row: u32, values: vec4<f32>, fresh: bool) {
  if (fresh) {
    writeRows(at, row, values);
  } else {
    writeRows(at, row, readRows(at, row) * decay[g] + values);
  }
}

// The second product, over 32 columns, for dimensions base + x, base + x + SIDE ..
fn addShifts(base: u32, split: u32, fresh: bool) {
  var origin: array<vec4<f32>, PAIRS>;
  var shift: array<vec4<f32>, PAIRS>; // sum of w r e
  var change: array<vec4<f32>, PAIRS>; // sum of w 2 s d q / d s
  var perNoise: array<f32, COLUMNS>;
  for (var k = 0u; k < COLUMNS; k++) { // unroll
    let d = base + x + SIDE * k;
    if (d < dim) {
      if (SCALED == 1u) {
        perNoise[k] = 1.0 / noiseAt(d);
      }
      for (var g = 0u; g < QUADS; g++) { // unroll
        origin[k * QUADS + g] = predAt(rowStarts(firstRow + 4u * (y + SIDE * g)) + d);
      }
    }
  }
  for (var quad = 0u; quad < TILE_QUADS; quad++) {
    for (var k = 0u; k < COLUMNS; k++) { // unroll
      let four = columnTile[(x + SIDE * k) * STRIDE + quad];
      var share = vec4(1.0);
      if (SCALED == 1u) {
        share = shareTile[(x + SIDE * k) * STRIDE + quad];
      }
      for (var c = 0u; c < LANES; c++) { // unroll
        for (var g = 0u; g < QUADS; g++) { // unroll
          let w = rowTile[(4u * quad + c) * STRIDE + y + SIDE * g];
          let e = four[c] - origin[k * QUADS + g];
          if (SCALED == 1u) {
            let label = share[c] * e;
            shift[k * QUADS + g] += w * label;
            change[k * QUADS + g] += w * ((1.0 - share[c]) + label * label * perNoise[k]);
          } else {
            shift[k * QUADS + g] += w * e;
          }
        }
      }
    }
  }
  for (var k = 0u; k < COLUMNS; k++) { // unroll
    let d = base + x + SIDE * k;
    if (d < dim) {
      for (var g = 0u; g < QUADS; g++) { // unroll
        let row = firstRow + 4u * (y + SIDE * g);
        let statistic = 1u + u32(uniforms.noiseDim) + d;
        addRows(place(statistic, split, row), g, row, shift[k * QUADS + g], fresh);
        if (NOISE_EACH == 1u) {
          addRows(place(1u + d, split, row), g, row, change[k * QUADS + g], fresh);
        } else if (SCALED == 1u) {
          score[g] += change[k * QUADS + g];
        }
      }
    }
  }
}

// From sums to means: see writeStats() in log_mass_rows.wgsl.
fn writeStats(g: u32, split: u32) {
  let row = firstRow + 4u * (y + SIDE * g);
  let sum = sumOfRows(mass[g], g);
  let own = ownTile[y + SIDE * g];
  // No column of the split has a weight: a neutral element for the merge; of the prior: NaN.
  let none = sum == vec4(0.0);
  let whole = select(sum, vec4(1.0), none);
  var spoiled = vec4(0.0); // numbers that are not finite
  for (var d = x; d < dim; d += SIDE) {
    let start = rowStarts(row) + d;
    let residual = expectedAt(start) - predAt(start);
    let at = place(1u + u32(uniforms.noiseDim) + d, split, row);
    let shift = readRows(at, row);
    let finite = (abs(shift) <= vec4(LARGEST)) & (abs(residual) <= vec4(LARGEST));
    spoiled += select(vec4(1.0), vec4(0.0), finite);
    writeRows(at, row, shift / whole - residual);
    if (NOISE_EACH == 1u) {
      let s = noiseAt(d);
      let mean = readRows(place(1u + d, split, row), row) / whole;
      writeRows(place(1u + d, split, row), row, (mean - residual * residual / s) * (0.5 / s));
    }
  }
  spoiled = sumOfRows(spoiled, g);
  let mean = sumOfRows(score[g], g) / whole;
  if (x == 0u) {
    let ofNone = select(EMPTY, uniforms.NAN, uniforms.splits == 1);
    let logMass = select(LN2 * ((peak[g] - own) + log2(whole)), vec4(ofNone), none);
    writeRows(place(0u, split, row), row, select(logMass, vec4(uniforms.NAN), spoiled > vec4(0.0)));
    let s = noiseAt(0u);
    if (SCALED == 0u) {
      writeRows(place(1u, split, row), row, (mean - own) * (-LN2 / s));
    } else if (NOISE_EACH == 0u) {
      writeRows(place(1u, split, row), row, mean * (0.5 / s) + own * (LN2 / s));
    }
  }
}

fn main(index: i32) {
  let group = u32(index) / THREADS;
  let split = group / u32(uniforms.groups);
  let begin = split * u32(uniforms.span);
  let to = min(begin + u32(uniforms.span), u32(uniforms.columns));
  dim = u32(uniforms.dim);
  x = localIndex % SIDE;
  y = localIndex / SIDE;
  firstRow = u32(uniforms.start) + group % u32(uniforms.groups) * TILE;
  // tfjs may launch spare workgroups: they write nothing.
  endRow = select(0u, u32(uniforms.end), begin < to);
  for (var g = 0u; g < QUADS; g++) { // unroll
    peak[g] = vec4(EMPTY);
  }
  // The 0th tile is the rows' own labels, in the same code, so that the own one among the columns cancels exactly.
  for (var tile = 0u; tile <= u32(uniforms.tiles); tile++) {
    let own = tile == 0u;
    let j = begin + (tile - min(tile, 1u)) * TILE;
    for (var c = 0u; c < PAIRS; c++) { // unroll
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
  for (var g = 0u; g < QUADS; g++) { // unroll
    writeStats(g, split);
  }
}
