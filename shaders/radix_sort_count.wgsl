// First of three steps of a pass: how many of a thread's keys have which digit. result [DIGITS,
// threads].
//
// @uniforms threads:i32 chunk:i32

var<private> counts: array<u32, DIGITS>;

fn main(index: i32) {
  let t = u32(index);
  let threads = u32(uniforms.threads);
  if (t >= threads) {
    return;
  }
  for (var j = t * u32(uniforms.chunk); j < chunkEnd(t); j++) {
    counts[digitAt(j)]++;
  }
  for (var digit = 0u; digit < DIGITS; digit++) {
    result[digit * threads + t] = f32(counts[digit]); // exact up to 2^24
  }
}
