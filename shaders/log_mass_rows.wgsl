// How a pass reads its four rows, first .. first + 3, and writes their statistics.

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// A noise variance that is not above zero must not give a plausible number.
fn checkedNoise() -> f32 {
  return select(uniforms.NAN, noiseVar[0], noiseVar[0] > 0.0);
}

// Where the four rows start in [N, D]. Lanes behind the last row repeat it and are not written.
fn rowStarts(first: u32, rows: u32) -> vec4<u32> {
  return min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(rows - 1u)) * DIM;
}

fn loadRows(first: u32, rows: u32) {
  let at = rowStarts(first, rows);
  for (var d = 0u; d < DIM; d++) {
    origin[d] = vec4(pred[at.x + d], pred[at.y + d], pred[at.z + d], pred[at.w + d]);
  }
}

fn targetsAt(at: vec4<u32>, d: u32) -> vec4<f32> {
  return vec4(expected[at.x + d], expected[at.y + d], expected[at.z + d], expected[at.w + d]);
}

// |pred - target|^2, in the order in which a pass sums a column, so that a row's own label cancels
// to exactly 0.
fn squaredResidual(first: u32, rows: u32) -> vec4<f32> {
  let at = rowStarts(first, rows);
  var sum = vec4(0.0);
  for (var d = 0u; d < DIM; d++) {
    let e = targetsAt(at, d) - origin[d];
    sum += e * e;
  }
  return sum;
}

// Writes result [D + 2, N]: row 0 the log mass, row 1 the noise score, rows 2 .. D + 1 the shift
// E[label - target]. Stored by statistic, so that neighboring threads write neighboring addresses.
fn writeStats(first: u32, rows: u32, logMass: vec4<f32>, score: vec4<f32>, mass: vec4<f32>) {
  let at = rowStarts(first, rows);
  for (var lane = 0u; lane < 4u; lane++) {
    let i = first + lane;
    if (i < rows) {
      // An infinite label has weight 0 and would vanish from the log mass: it is seen in the
      // shift, 0 * inf, and must be seen in the loss as well.
      var finite = true;
      for (var d = 0u; d < DIM; d++) {
        let mean = shift[d][lane] / mass[lane] - (targetsAt(at, d)[lane] - origin[d][lane]);
        finite = finite && abs(mean) <= LARGEST;
        result[(d + 2u) * rows + i] = mean;
      }
      result[i] = select(uniforms.NAN, logMass[lane], finite);
      result[rows + i] = score[lane];
    }
  }
}
