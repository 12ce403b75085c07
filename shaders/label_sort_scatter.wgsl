// Third step: every label to its place. starts [DIGITS, threads], result [WIDTH, M].

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
    result[place] = label[j];
    if (WIDTH == 2u) {
      result[columns + place] = label[columns + j];
    }
  }
}
