// Writes what a pass found for rows first .. first + 3 into result [D + 2, N]: row 0 the log mass, row 1 the
// noise score, rows 2 .. D + 1 the shift E[label - t]. Stored by statistic, so that neighboring
// threads write neighboring addresses.

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

fn writeStats(first: u32, rows: u32, logMass: vec4<f32>, score: vec4<f32>, mass: vec4<f32>) {
  for (var lane = 0u; lane < 4u; lane++) {
    let i = first + lane;
    if (i < rows) {
      // An infinite label has weight 0 and would vanish from the log mass: it is seen in the
      // shift, 0 * inf, and must be seen in the loss as well.
      var finite = true;
      for (var d = 0u; d < DIM; d++) {
        let mean = shift[d][lane] / mass[lane];
        finite = finite && abs(mean) <= LARGEST;
        result[(d + 2u) * rows + i] = mean;
      }
      result[i] = select(uniforms.NAN, logMass[lane], finite);
      result[rows + i] = score[lane];
    }
  }
}
