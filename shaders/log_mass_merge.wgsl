// Statistics of a prior from those of its parts, one thread a row.
//
//   logMass  = log sum_k exp(logMass_k)
//   shift    = sum_k softmax_k(logMass_k) shift_k,  noiseScore the same
//
// parts [PARTS, STATS, N] with STATS = 1 + NOISE_DIM + D, result [STATS, N].

const EMPTY = -3.4e38; // see log_mass_rows.wgsl

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let i = u32(index);
  if (i >= rows) {
    return;
  }
  let stats = u32(uniforms.stats);
  let parts = u32(uniforms.parts);
  var peak = EMPTY;
  for (var k = 0u; k < parts; k++) {
    peak = max(peak, part[k * stats * rows + i]);
  }
  var mass = 0.0;
  for (var k = 0u; k < parts; k++) {
    mass += exp(part[k * stats * rows + i] - peak);
  }
  result[i] = peak + log(mass);
  for (var n = 1u; n < stats; n++) {
    var sum = 0.0;
    for (var k = 0u; k < parts; k++) {
      let w = exp(part[k * stats * rows + i] - peak);
      // A part without weight has no mean: 0 / 0. NaN is seen in the log mass.
      sum += select(0.0, w * part[(k * stats + n) * rows + i], w > 0.0);
    }
    result[n * rows + i] = sum / mass;
  }
}
