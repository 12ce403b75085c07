// Rows far from every column of a point prior: one more walk of log_mass_points.wgsl.
//
// The squares of their distances are large, and so is the last digit of a logit. Here the peak
// rises as the walk goes, and the heaviest column weighs 1, whatever a compiler makes of a logit
// less itself: no row can end as 0 / 0.
//
// The squares may be nearly equal, too; what is left of the differences between them is rounding.
// Rows outside of all columns are measured from the first one, the anchor a, whence nothing
// cancels:
//
//   (center - pred)^2 - (a - pred)^2 = x (x + k),  x = center - a,  k = -2 (pred - a)
//
// That rounds by the distance between columns times that from the row, not by the square of the
// latter.
//
// @bindings centerValue
// @uniforms zero:f32

// Bits below 0 from which a peak is far: nearer, a logit rounds by less than 2^-13.
const FAR = -1024.0;

// The far rows, those of them for which the anchor serves better than the prediction, and their
// heaviest columns.
var<private> far: array<vec4<bool>, QUADS>;
var<private> anchored: array<vec4<bool>, QUADS>;
var<private> heaviest: array<vec4<u32>, QUADS>;

// Whether any row is far, and which are as far from the anchor.
fn anyFar() -> bool {
  loadColumn(0u);
  for (var d = 0u; d < DIM; d++) { // unroll
    anchor[d] = column[d];
  }
  var some = vec4(false);
  for (var g = 0u; g < QUADS; g++) { // unroll
    let atAnchor = squares(g, 0u, 0.0) * commonMetric();
    let infinite = peak[g] <= vec4(EMPTY); // beyond 1e19 all squares are
    far[g] = infinite | (peak[g] < vec4(FAR));
    anchored[g] = infinite | (far[g] & (atAnchor > 1.25 * peak[g]));
    heaviest[g] = vec4(0u);
    peakOfFar[g] = vec4(EMPTY);
    some = some | far[g];
  }
  return any(some);
}

var<private> peakOfFar: array<vec4<f32>, QUADS>;

fn loadFarColumn(j: u32) {
  for (var d = 0u; d < DIM; d++) { // unroll
    column[d] = centerValue[columnAt(j * DIM + d)];
    relative[d] = column[d] - anchor[d];
  }
  bias[0] = logWeightAt(j);
}

fn seekHeaviest(j: u32) {
  loadFarColumn(j);
  for (var g = 0u; g < QUADS; g++) { // unroll
    let bits = logit(g, 0u);
    heaviest[g] = select(heaviest[g], vec4(j), bits > peakOfFar[g]);
    peakOfFar[g] = max(peakOfFar[g], bits);
  }
}

// The anchor does not serve a row where the heaviest column is as far from it as from the row:
// among columns far apart its differences are as large, and rounded for every dimension alike.
fn keepAnchored() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    var apart = vec4(0.0);
    for (var d = 0u; d < DIM; d++) {
      let gap = centersAt(heaviest[g] * DIM + d) - anchorAt(d);
      apart += -HALF_LOG2E / noiseAt(d) * (gap * gap);
    }
    let infinite = peakOfFar[g] <= vec4(EMPTY);
    anchored[g] = anchored[g] & (infinite | (64.0 * apart > peakOfFar[g]));
  }
}

// Four elements of the columns.
fn centersAt(at: vec4<u32>) -> vec4<f32> {
  return vec4(
    centerValue[columnAt(at.x)],
    centerValue[columnAt(at.y)],
    centerValue[columnAt(at.z)],
    centerValue[columnAt(at.w)],
  );
}

fn isFar(g: u32) -> vec4<bool> {
  var value = vec4(false);
  for (var k = 0u; k < QUADS; k++) { // unroll
    value = select(value, far[k], vec4(k == g));
  }
  return value;
}

fn isAnchored(g: u32) -> vec4<bool> {
  var value = vec4(false);
  for (var k = 0u; k < QUADS; k++) { // unroll
    value = select(value, anchored[k], vec4(k == g));
  }
  return value;
}

// The column of loadFarColumn() less the anchor; read once a column, as each place that accesses
// memory takes long to compile.
var<private> anchor: array<f32, DIM>;
var<private> relative: array<f32, DIM>;

// The anchor in dimension d.
fn anchorAt(d: u32) -> vec4<f32> {
  return vec4(centerValue[columnAt(d)]);
}

// sum + a b of dimension d in bits; by the metric first, as products of 1e19 are infinite without
// it.
fn addFarTerm(metric: Noise, a: vec4<f32>, b: vec4<f32>, sum: vec4<f32>) -> vec4<f32> {
  return fma(metric * a, b, sum);
}

// Puts k in the place of the predictions of anchored rows, and clears what was summed for far ones.
fn measureFar(first: u32) {
  for (var g = 0u; g < QUADS; g++) {
    let start = rowStarts(first + 4u * g);
    var sum = vec4(uniforms.zero);
    for (var d = 0u; d < DIM; d++) {
      let at = start + d;
      let value = -2.0 * (predAt(at) - anchorAt(d));
      let y = residualAt(at, select(predAt(at), anchorAt(d), isAnchored(g)));
      let z = y + select(vec4(0.0), value, isAnchored(g));
      sum = addFarTerm(-HALF_LOG2E / noiseAt(d), y, z, sum);
      for (var k = 0u; k < ORIGINS; k++) { // unroll
        origin[k] = select(origin[k], value, vec4(k == d * QUADS + g) & isAnchored(g));
      }
    }
    for (var k = 0u; k < QUADS; k++) { // unroll
      own[k] = select(own[k], sum, vec4(k == g) & isFar(g));
    }
  }
  for (var g = 0u; g < QUADS; g++) { // unroll
    peak[g] = select(peak[g], vec4(EMPTY), far[g]);
    mass[g] = select(mass[g], vec4(0.0), far[g]);
    for (var n = 0u; n < NOISE_DIM; n++) { // unroll
      score[n * QUADS + g] = select(score[n * QUADS + g], vec4(0.0), far[g]);
    }
    for (var d = 0u; d < DIM; d++) { // unroll
      shift[d * QUADS + g] = select(shift[d * QUADS + g], vec4(0.0), far[g]);
    }
  }
}

// The column of loadFarColumn() in dimension d, from the anchor or the prediction, and what it is
// multiplied by.
fn farDifference(g: u32, d: u32) -> vec4<f32> {
  return select(difference(g, 0u, d), vec4(relative[d]), anchored[g]);
}
fn otherFactor(g: u32, d: u32, x: vec4<f32>) -> vec4<f32> {
  return x + select(vec4(0.0), origin[d * QUADS + g], anchored[g]);
}

// Adds one column to the sums of far rows, whose peak rises as it goes.
fn addFarColumn(j: u32) {
  loadFarColumn(j);
  let weight = bias[0];
  for (var g = 0u; g < QUADS; g++) { // unroll
    var bits = vec4(weight);
    var exponent = vec4(0.0); // without the weight
    for (var d = 0u; d < DIM; d++) { // unroll
      let x = farDifference(g, d);
      let y = otherFactor(g, d, x);
      bits = addFarTerm(metric[min(d, NOISE_DIM - 1u)], x, y, bits);
      exponent = addFarTerm(metric[min(d, NOISE_DIM - 1u)], x, y, exponent);
    }
    let top = select(peak[g], max(peak[g], bits), far[g]);
    let decay = exp2(peak[g] - top);
    // The heaviest so far weighs 1, however its logit is rounded.
    let w = select(vec4(0.0), select(exp2(bits - top), vec4(1.0), bits > peak[g]), far[g]);
    peak[g] = top;
    mass[g] = mass[g] * decay + w;
    if (NOISE_DIM == 1u) {
      score[g] = score[g] * decay + select(vec4(0.0), w * exponent, far[g]);
    }
    for (var d = 0u; d < DIM; d++) { // unroll
      let x = farDifference(g, d);
      shift[d * QUADS + g] = shift[d * QUADS + g] * decay + select(vec4(0.0), w * x, far[g]);
      if (NOISE_DIM > 1u) {
        let term = w * (metricOf(d) * x * otherFactor(g, d, x));
        let n = min(d, NOISE_DIM - 1u) * QUADS + g;
        score[n] = score[n] * decay + select(vec4(0.0), term, far[g]);
      }
    }
  }
}

// Leaves the anchor as what anchored rows are measured from.
fn anchorFar() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    for (var d = 0u; d < DIM; d++) { // unroll
      origin[d * QUADS + g] = select(origin[d * QUADS + g], vec4(anchor[d]), anchored[g]);
    }
  }
}

fn sumFar(first: u32, begin: u32, to: u32) {
  if (anyFar()) {
    for (var j = begin; j < to; j++) {
      seekHeaviest(j);
    }
    keepAnchored();
    measureFar(first);
    for (var j = begin; j < to; j++) {
      addFarColumn(j);
    }
    anchorFar();
  }
}
