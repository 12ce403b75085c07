// Statistics of a prior from those of its parts, one thread a row and statistic.
//
//   logMass  = log sum_k exp(logMass_k)
//   shift    = sum_k softmax_k(logMass_k) shift_k,  noiseScore the same
//
// part [parts, stats, count], where stats is 1 + NOISE_DIM + D and `count` rows from row `start` on
// were computed; result [stats, N].
//
// @bindings part
// @uniforms count:i32 stats:i32 parts:i32 rows:i32 start:i32

const VOID = -3.4e38; // see log_mass_rows.wgsl

fn main(index: i32) {
  let count = u32(uniforms.count);
  let stats = u32(uniforms.stats);
  let n = u32(index) / count;
  let i = u32(index) % count;
  if (n >= stats) {
    return;
  }
  let parts = u32(uniforms.parts);
  var peak = VOID;
  for (var k = 0u; k < parts; k++) {
    peak = max(peak, part[k * stats * count + i]);
  }
  var mass = 0.0;
  var sum = 0.0;
  for (var k = 0u; k < parts; k++) {
    let w = exp(part[k * stats * count + i] - peak);
    mass += w;
    // What weighs nothing may be infinite. NaN is seen in the log mass.
    sum += select(0.0, w * part[(k * stats + n) * count + i], w > 0.0);
  }
  if (peak == VOID) {
    mass = uniforms.NAN; // no part has weight
  }
  let at = n * u32(uniforms.rows) + u32(uniforms.start) + i;
  if (n == 0u) {
    result[at] = peak + log(mass);
  } else {
    result[at] = sum / mass;
  }
}
