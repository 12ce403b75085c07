// The pass for many dimensions: a workgroup of 64 threads owns 32 rows and walks the columns by 32, dimensions by 32.
//
// Equals log_mass_spread.wgsl, which see for the formulas; of points, r is 1. A step over 32 columns is two products
// of 32 by 32 by 32 numbers, as of matrices: squares of differences summed over the dimensions give the logits, then
// weights times differences summed over the columns give the shifts. What both need lies in workgroup memory; a thread
// holds 4 by 4 results in registers. The peak is a running one. Shifts, D a row, are too many to hold: they are summed
// in `result`, an element always by the same thread.
//
// One code for all D. Bounds of loops with a barrier are uniforms, so that all threads meet there: what is outside
// (rows, columns, spare workgroups) is computed and not counted.
//
// Inserted in front: SPREAD, 1 where columns have a variance; NOISE_EACH, 1 where every dimension has its noise; SCALED, 1
// where one of both; STEPS, dimensions an iteration; LANES, 4, and LOADS, 4, which only GPUs unroll; logWeightAt(),
// shareAt(); and the bindings pred [N, D], expected (the targets [N, D]), noiseVar [P], center, here centerValue [M, D],
// perhaps logWeight [M] and variance [M, D], result [splits, 1 + P + D, stored].
//
// Uniforms: rows, columns, start, end, stored, firstStored, span as in log_mass_points.wgsl; dim D, noiseDim P, `splits`,
// `groups` of 32 rows a split, `tiles` of 32 columns a split.
//
// @bindings pred expected noiseVar centerValue
// @uniforms noiseDim:i32 rows:i32 columns:i32 firstStored:i32 stored:i32 splits:i32 groups:i32 span:i32 dim:i32 start:i32 end:i32 tiles:i32

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;
const EMPTY = -3.4e38; // see log_mass_rows.wgsl

const TILE = 32u;
const SIDE = 8u; // threads and quads a side
const THREADS = 64u;
// A line is 8 vec4, 32 numbers. One more is left out, so that neighboring threads meet in no memory bank.
const STRIDE = 9u;
const LINES = 288u;

// A quad is 4 rows or columns, one a lane: q, q + 8, q + 16, q + 24.
const QUAD = vec4(0u, 8u, 16u, 24u);

// Lines: dimensions; in them quads of columns.
var<workgroup> columnTile: array<vec4<f32>, LINES>;
// What squares are multiplied by in the first product; r in the second.
var<workgroup> shareTile: array<vec4<f32>, LINES>;
// In the first product, lines: dimensions, quads: rows. In the second the weights, lines: columns, quads: rows.
var<workgroup> rowTile: array<vec4<f32>, LINES>;
// A number a row and thread, and one a column and thread, to be joined.
var<workgroup> partial: array<vec4<f32>, THREADS>;
var<workgroup> logShares: array<vec4<f32>, THREADS>;
var<workgroup> ownTile: array<vec4<f32>, SIDE>;

// The thread's quad of rows is y; its quad of columns is x, and its dimensions are x, x + 8, x + 16, x + 24 of a tile.
// Neighboring threads have neighboring rows, which neighbor in the result.
var<private> x: u32;
var<private> y: u32;
var<private> dim: u32;
var<private> firstRow: u32; // of the thread's quad
var<private> firstOfTile: u32;
var<private> endRow: u32;

// The first product, by column.
var<private> square: array<vec4<f32>, 4>;
var<private> peak: vec4<f32>;
var<private> decay: vec4<f32>; // exp2(last peak - peak)
// Sums over the thread's own columns, or dimensions.
var<private> mass: vec4<f32>;
var<private> score: vec4<f32>;

// A noise variance that is not above zero must not give a plausible number.
fn noiseAt(d: u32) -> f32 {
  let s = noiseVar[min(d, u32(uniforms.noiseDim) - 1u)];
  return select(uniforms.NAN, s, s > 0.0);
}

// Where a quad's rows start in [N, D]. Those behind the last repeat it and are not written.
fn rowStarts(first: u32) -> vec4<u32> {
  return min(first + QUAD, vec4(u32(uniforms.rows) - 1u)) * dim;
}

fn columnStarts(first: u32) -> vec4<u32> {
  return min(first + QUAD, vec4(u32(uniforms.columns) - 1u)) * dim;
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
  for (var n = 0u; n < LOADS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    var value = vec4(0.0);
    if (d < dim) {
      value = predAt(rowStarts(firstOfTile + quad) + d);
    }
    rowTile[item % TILE * STRIDE + quad] = value;
  }
}

// Columns from j on, or the rows' own labels, which are points; for the first product or the second.
fn loadColumns(j: u32, base: u32, own: bool, second: bool) {
  for (var n = 0u; n < LOADS; n++) { // unroll
    let item = localIndex + THREADS * n;
    let d = base + item % TILE;
    let quad = item / TILE;
    let at = item % TILE * STRIDE + quad;
    var value = vec4(0.0);
    var share = vec4(1.0);
    if (d < dim) {
      if (own) {
        value = expectedAt(rowStarts(firstOfTile + quad) + d);
      } else {
        let start = columnStarts(j + quad) + d;
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

// The first product, over at least `count` dimensions.
fn addSquares(count: u32) {
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
          square[c] += share[c] * (e * e);
        } else {
          square[c] += e * e;
        }
      }
    }
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
      square[c] *= -HALF_LOG2E / noiseAt(0u);
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

// The weights of columns j .. j + 31, of those before `to`, with the running peak, mass and, if it needs no more, score.
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
  // Where no column of the split weighs anything there is no mean, and the log mass is the merge's neutral element.
  let none = sum == vec4(0.0);
  let whole = select(sum, vec4(1.0), none);
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
    // Of all columns: it is no number.
    let nothing = select(EMPTY, uniforms.NAN, uniforms.splits == 1);
    var logMass = select(LN2 * ((peak - own) + log2(whole)), vec4(nothing), none);
    logMass = select(logMass, vec4(uniforms.NAN), spoiled > vec4(0.0));
    writeRows(place(0u, split), logMass);
    let s = noiseAt(0u);
    if (SCALED == 0u) {
      writeRows(place(1u, split), (mean - own) * (-LN2 / s));
    } else if (NOISE_EACH == 0u) {
      writeRows(place(1u, split), mean * (0.5 / s) + own * (LN2 / s));
    }
  }
}

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
  // The 0th tile is the rows' own labels, in the same code, so that the own one among the columns cancels exactly.
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
