// Third step: every key to its place, and its companion with it. starts [DIGITS, threads], result
// [WIDTH, M].
//
// Uniforms: `places`, 1 where the companions are yet to come: the keys' places.
//
// @bindings key starts
// @uniforms threads:i32 columns:i32 chunk:i32 places:i32

var<private> next: array<u32, DIGITS>;

fn main(index: i32) {
  let t = u32(index);
  let threads = u32(uniforms.threads);
  if (t >= threads) {
    return;
  }
  for (var digit = 0u; digit < DIGITS; digit++) {
    next[digit] = u32(starts[digit * threads + t]);
  }
  let columns = u32(uniforms.columns);
  for (var j = t * u32(uniforms.chunk); j < chunkEnd(t); j++) {
    let digit = digitAt(j);
    let place = next[digit];
    next[digit] = place + 1u;
    result[place] = key[j];
    if (WIDTH == 2u) {
      if (uniforms.places == 1) {
        result[columns + place] = f32(j); // exact up to 2^24
      } else {
        result[columns + place] = key[columns + j];
      }
    }
  }
}
