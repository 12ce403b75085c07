// Rows far from every column of a point prior: the third walk of log_mass_points.wgsl.
//
// The squares of their distances are large, and nearly equal: what is left of the differences between them is rounding.
// Such rows are measured from the first column, the anchor a, whence nothing cancels:
//
//   (center - pred)^2 - (a - pred)^2 = x (x + k),  x = center - a,  k = -2 (pred - a)
//
// That rounds by the distance between columns times that from the row, not by the square of the latter.
//
// @bindings centerValue
// @uniforms zero:f32

// Bits below 0 from which a peak is far: nearer, a logit rounds by less than 2^-13.
const FAR = -1024.0;

// The rows for which the anchor serves better than the prediction, and their heaviest columns.
var<private> far: array<vec4<bool>, QUADS>;
var<private> heaviest: array<vec4<u32>, QUADS>;

// Whether any row is far, and the anchor, too, no matter which column it is nearest to.
fn anyFar() -> bool {
  loadColumn(0u);
  var some = vec4(false);
  for (var g = 0u; g < QUADS; g++) { // unroll
    let atAnchor = squares(g, 0u, 0.0) * commonMetric();
    // Beyond 1e19 all squares are infinite.
    far[g] = (peak[g] <= vec4(EMPTY)) | ((peak[g] < vec4(FAR)) & (atAnchor > 1.25 * peak[g]));
    some = some | far[g];
    heaviest[g] = vec4(0u);
    peakOfFar[g] = vec4(EMPTY);
  }
  return any(some);
}

var<private> peakOfFar: array<vec4<f32>, QUADS>;

fn loadFarColumn(j: u32) {
  for (var d = 0u; d < DIM; d++) { // unroll
    column[d] = centerValue[j * DIM + d];
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

// The anchor does not serve where the heaviest column is as far from it as from the row: among columns far apart its
// differences are as large, and rounded for every dimension alike. Whether any row is left.
fn nearAnchor() -> bool {
  var some = vec4(false);
  for (var g = 0u; g < QUADS; g++) { // unroll
    var apart = vec4(0.0);
    for (var d = 0u; d < DIM; d++) {
      let at = heaviest[g] * DIM + d;
      let x = vec4(centerValue[at.x], centerValue[at.y], centerValue[at.z], centerValue[at.w]) - anchorAt(d);
      apart += -HALF_LOG2E / noiseAt(d) * (x * x);
    }
    far[g] = far[g] & ((64.0 * apart > peakOfFar[g]) | (peakOfFar[g] <= vec4(EMPTY)));
    some = some | far[g];
  }
  return any(some);
}

fn isFar(g: u32) -> vec4<bool> {
  var value = vec4(false);
  for (var k = 0u; k < QUADS; k++) { // unroll
    value = select(value, far[k], vec4(k == g));
  }
  return value;
}

// The anchor in dimension d.
fn anchorAt(d: u32) -> vec4<f32> {
  return vec4(centerValue[d]);
}

// sum + a b of dimension d in bits; by the metric first, as products of 1e19 are infinite without it.
fn addFarTerm(metric: f32, a: vec4<f32>, b: vec4<f32>, sum: vec4<f32>) -> vec4<f32> {
  return fma(metric * a, b, sum);
}

// Puts k in the place of the predictions of far rows, and clears what was summed for them.
fn measureFar(first: u32) {
  for (var g = 0u; g < QUADS; g++) {
    let start = rowStarts(first + 4u * g);
    var sum = vec4(uniforms.zero);
    for (var d = 0u; d < DIM; d++) {
      let at = start + d;
      let value = -2.0 * (predAt(at) - anchorAt(d));
      let y = residualAt(at, anchorAt(d));
      sum = addFarTerm(-HALF_LOG2E / noiseAt(d), y, y + value, sum);
      for (var k = 0u; k < ORIGINS; k++) { // unroll
        origin[k] = select(origin[k], value, vec4(k == d * QUADS + g) & isFar(g));
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

// Adds one column to the sums of far rows, whose peak rises as it goes.
fn addFarColumn(j: u32) {
  loadFarColumn(j);
  for (var d = 0u; d < DIM; d++) { // unroll
    column[d] -= centerValue[d];
  }
  let weight = bias[0];
  for (var g = 0u; g < QUADS; g++) { // unroll
    var bits = vec4(weight);
    var exponent = vec4(0.0); // without the weight
    for (var d = 0u; d < DIM; d++) { // unroll
      let x = vec4(column[d]);
      let k = origin[d * QUADS + g];
      bits = addFarTerm(metric[min(d, NOISE_DIM - 1u)], x, x + k, bits);
      exponent = addFarTerm(metric[min(d, NOISE_DIM - 1u)], x, x + k, exponent);
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
      let x = column[d];
      shift[d * QUADS + g] = shift[d * QUADS + g] * decay + w * x;
      if (NOISE_DIM > 1u) {
        let term = w * (metricOf(d) * x * (x + origin[d * QUADS + g]));
        let n = min(d, NOISE_DIM - 1u) * QUADS + g;
        score[n] = score[n] * decay + select(vec4(0.0), term, far[g]);
      }
    }
  }
}

// Leaves the anchor as what far rows are measured from.
fn anchorFar() {
  for (var g = 0u; g < QUADS; g++) { // unroll
    for (var d = 0u; d < DIM; d++) { // unroll
      origin[d * QUADS + g] = select(origin[d * QUADS + g], anchorAt(d), far[g]);
    }
  }
}
