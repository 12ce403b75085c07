// The pass over a point prior (variance 0 in every column: BMC, BNI).
//
// Equals, for row i, with s_d = noiseVar of dimension d (one for all where NOISE_DIM is 1),
//
//   q_ij     = -sum_d (pred_id - center_jd)^2 / (2 s_d),  q_i the same of target_i
//   logMass  = log sum_j exp(logWeight_j + q_ij) - q_i
//   shift    = E_i[center_j - target_i]
//   noiseScore_d = -(E_i[q_ijd] - q_id) / s_d             (q_ijd: the terms of q_ij that hold s_d)
//
// with E_i the mean under softmax_j(logWeight_j + q_ij).
//
// A thread walks the columns twice: a scan finds the largest logit, a second walk sums exp2(logit -
// peak). The peak needs to be near, not exact, so the scan may look at every 16th step only; where
// that was not enough, all is done again with every step. For rows far from every column all is
// summed once more, log_mass_far.wgsl. Nothing of size rows x columns exists; there is no barrier
// and no workgroup memory.
//
// A logit must be the same number in both walks: a million bits from 0 its last digit is worth more
// than exp2 can take. Compilers re-associate sums, and contract a product and a sum in one place
// and not in the other; a fused multiply-add they leave whole. So every logit is made of these, up
// to its last operation: see withBias(). Where columns weigh alike and dimensions share a noise,
// the largest logit is the least square, and squares are compared: two operations less a pair.
//
// Inserted in front: sizes (D is DIM, NOISE_DIM is 1 or D), log_mass_rows.wgsl and what it wants in
// front, logWeightAt(), and the bindings pred [N, D], expected (the targets [N, D]; `target` is
// reserved in WGSL), noiseVar [NOISE_DIM], center [M, D] as vec4 and again, as centerValue, as f32
// (a length that is no multiple of 4), result [splits, 1 + NOISE_DIM + D, stored].
//
// Uniforms: rows N, columns M; this dispatch's rows, start .. end - 1, in `threads` threads a
// split; `stored` and `firstStored`, see writeStats(); `span` columns a split; `stride`, steps from
// one scanned to the next; ownLabel, 1 where a row's label is sure to be a column.
//
// @bindings center:vec4 centerValue
// @uniforms threads:i32 start:i32 span:i32 columns:i32 ownLabel:i32 stride:i32 zero:f32

// A peak at most this many bits below 0 is near enough whatever it misses: no logit without weight
// is above 0. The difference of two logits then rounds by less than 2^-21, as much as one of the
// naive program's.
const NEAR = -16.0;

// A sum of more bits than this says that a logit was far above the peak. 22 bits round by 2^-20.
// Where the peak is far below 0, half of it is room: the logit is then as far below 0 as above the
// peak, and rounds by as much itself. In tens of dimensions, where labels differ by tens of bits,
// that is the rule. At most 100: exp2(128) is infinite.
fn roomAbove(peak: vec4<f32>) -> vec4<f32> {
  return exp2(clamp(peak * -0.5, vec4(22.0), vec4(100.0)));
}

// The columns of a step.
var<private> column: array<f32, COLUMN_VALUES>;
var<private> bias: array<f32, COLUMNS>; // their logWeightAt()

// A step that is no whole number of vec4s (many dimensions, their number odd) is read number by
// number.
fn loadStep(j: u32) {
  if (CONTIGUOUS && COLUMN_VALUES % 4u == 0u) {
    for (var v = 0u; v < COLUMN_VECTORS; v++) { // unroll
      let four = center[j * DIM / 4u + v];
      column[v * 4u] = four.x;
      column[v * 4u + 1u] = four.y;
      column[v * 4u + 2u] = four.z;
      column[v * 4u + 3u] = four.w;
    }
  } else {
    for (var v = 0u; v < COLUMN_VALUES; v++) { // unroll
      column[v] = centerValue[columnAt(j * DIM + v)];
    }
  }
  for (var c = 0u; c < COLUMNS; c++) { // unroll
    bias[c] = logWeightAt(j + c);
  }
}

// Column c of the step from the rows of quad g, in dimension d.
fn difference(g: u32, c: u32, d: u32) -> vec4<f32> {
  return column[c * DIM + d] - origin[d * QUADS + g];
}

// Whether a walk compares squares, not logits.
const BY_SQUARE = NOISE_DIM == 1u && !WEIGHTED;

// `start` and the exponent of column c, without commonMetric().
fn squares(g: u32, c: u32, start: f32) -> vec4<f32> {
  var sum = vec4(start);
  for (var d = 0u; d < DIM; d++) { // unroll
    let e = difference(g, c, d);
    sum = addTerm(d, e, e, sum);
  }
  return sum;
}

fn logit(g: u32, c: u32) -> vec4<f32> {
  return withBias(squares(g, c, startOf(bias[c])), bias[c]);
}

fn scan(g: u32, c: u32) {
  if (BY_SQUARE) {
    nearest[g] = min(nearest[g], squares(g, c, uniforms.zero));
  } else {
    peak[g] = max(peak[g], logit(g, c));
  }
}

fn scanStep() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    for (var c = 0u; c < COLUMNS; c++) { // unroll
      scan(g, c);
    }
  }
}

// A column's squares in the second walk, and its logit less the peak.
fn squareOf(g: u32, c: u32) -> vec4<f32> {
  return squares(g, c, select(startOf(bias[c]), uniforms.zero, BY_SQUARE));
}
fn exponentOf(g: u32, square: vec4<f32>, bias: f32) -> vec4<f32> {
  if (BY_SQUARE) {
    return (square - nearest[g]) * metric[0];
  }
  return withBias(square, bias) - peak[g];
}

// The peaks, where the walk compared squares.
fn settlePeaks() {
  if (BY_SQUARE) {
    for (var g = 0u; g < QUADS; g++) { // unroll
      let bits = max(withBias(nearest[g], uniforms.zero), vec4(EMPTY));
      peak[g] = select(bits, vec4(EMPTY), nearest[g] >= vec4(LARGEST));
    }
  }
}

// The same difference for the second time, the other way around, lest compilers keep those of all
// dimensions from the first time. Where a step is one column, those and the sums would not fit the
// nearest cache.
fn differenceAgain(g: u32, c: u32, d: u32) -> vec4<f32> {
  if (COLUMNS > 1u) {
    return difference(g, c, d);
  }
  return -(origin[d * QUADS + g] - column[c * DIM + d]);
}

fn addStep() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    var w: array<vec4<f32>, COLUMNS>;
    var sum = vec4(0.0);
    var sumScore = vec4(0.0);
    var sumShift: array<vec4<f32>, DIM>;
    for (var c = 0u; c < COLUMNS; c++) { // unroll
      let square = squareOf(g, c);
      w[c] = exp2(exponentOf(g, square, bias[c]));
      sum += w[c];
      sumScore += w[c] * square;
      if (DIM <= 3u) { // few sums: they stay in registers, and no weight has to be kept
        for (var d = 0u; d < DIM; d++) { // unroll
          sumShift[d] += w[c] * difference(g, c, d);
        }
      }
    }
    mass[g] += sum;
    if (NOISE_DIM == 1u) {
      score[g] += sumScore * metric[0];
    }
    for (var d = 0u; d < DIM; d++) { // unroll
      if (DIM > 3u) {
        for (var c = 0u; c < COLUMNS; c++) { // unroll
          sumShift[d] += w[c] * differenceAgain(g, c, d);
        }
      }
      shift[d * QUADS + g] += sumShift[d];
    }
    if (NOISE_DIM > 1u) {
      for (var n = 0u; n < NOISE_DIM; n++) { // unroll
        var sumSquares = vec4(0.0);
        for (var c = 0u; c < COLUMNS; c++) { // unroll
          let e = difference(g, c, n);
          sumSquares += w[c] * (e * e);
        }
        score[n * QUADS + g] += metric[n] * sumSquares;
      }
    }
  }
}

// The columns behind the last whole step go one at a time, each as the first column of a step; read
// by a loop that picks its place by comparison, see loadRows().
fn loadColumn(j: u32) {
  for (var d = 0u; d < DIM; d++) {
    let value = centerValue[columnAt(j * DIM + d)];
    for (var k = 0u; k < DIM; k++) { // unroll
      column[k] = select(column[k], value, k == d);
    }
  }
  bias[0] = logWeightAt(j);
}

fn scanColumn() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    scan(g, 0u);
  }
}

fn addColumn() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    let square = squareOf(g, 0u);
    let w = exp2(exponentOf(g, square, bias[0]));
    mass[g] += w;
    if (NOISE_DIM == 1u) {
      score[g] += w * (square * commonMetric());
    }
    for (var d = 0u; d < DIM; d++) { // unroll
      let e = difference(g, 0u, d);
      shift[d * QUADS + g] += w * e;
      if (NOISE_DIM > 1u) {
        score[min(d, NOISE_DIM - 1u) * QUADS + g] += w * (metricOf(d) * (e * e));
      }
    }
  }
}

fn clearSums() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    mass[g] = vec4(0.0);
    for (var n = 0u; n < NOISE_DIM; n++) { // unroll
      score[n * QUADS + g] = vec4(0.0);
    }
    for (var d = 0u; d < DIM; d++) { // unroll
      shift[d * QUADS + g] = vec4(0.0);
    }
  }
}

// Whether every peak was near enough to the largest logit.
fn peaksServed() -> bool {
  var served = true;
  for (var g = 0u; g < QUADS; g++) { // unroll
    // By `>`, so that NaN passes: it spoils its row either way.
    served = served && !any((peak[g] < vec4(NEAR)) & (mass[g] > roomAbove(peak[g])));
  }
  return served;
}

// The mean of `score` and the row's own term give - d logMass / d s times s.
fn noiseScore(mean: vec4<f32>, own: vec4<f32>, s: Noise) -> vec4<f32> {
  return (mean - own) * (-LN2 / s);
}

fn main(index: i32) {
  let split = u32(index) / u32(uniforms.threads);
  let first = u32(uniforms.start) + enterRows(u32(index) % u32(uniforms.threads));
  let begin = split * u32(uniforms.span);
  if (begin >= u32(uniforms.columns)) { // tfjs may launch spare workgroups
    return;
  }
  let to = min(begin + u32(uniforms.span), u32(uniforms.columns));
  let whole = to - (to - begin) % COLUMNS; // begin is a multiple of 4 COLUMNS
  loadRows(first);
  for (var g = 0u; g < QUADS; g++) { // unroll
    peak[g] = vec4(EMPTY);
    if (uniforms.ownLabel == 1) {
      peak[g] = own[g];
    } else {
      nearest[g] = vec4(LARGEST);
    }
  }
  var stride = u32(uniforms.stride);
  loop {
    for (var j = begin; j < whole; j += COLUMNS * stride) {
      loadStep(j);
      scanStep();
    }
    if (COLUMNS > 1u) {
      for (var j = whole; j < to; j++) {
        loadColumn(j);
        scanColumn();
      }
    }
    clearSums();
    for (var j = begin; j < whole; j += COLUMNS) {
      loadStep(j);
      addStep();
    }
    if (COLUMNS > 1u) {
      for (var j = whole; j < to; j++) {
        loadColumn(j);
        addColumn();
      }
    }
    settlePeaks();
    if (stride == 1u || peaksServed()) {
      break;
    }
    stride = 1u;
  }
  sumFar(first, begin, to);
  writeStats(first, split);
}
