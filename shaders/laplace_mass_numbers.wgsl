// Numbers of the Laplace mass that shaders must tell apart: no weight, and none at all.

const LOG2E = 1.4426950408889634;

// The logarithm of no weight: less than any other, and a number, as sums weigh it against others.
const VOID = -3.4e38;

// Whether a number is none, or infinite. By its bits: WGSL lets compilers assume that all are
// finite, and on one GPU the losses of a row whose prior held a NaN came out as 0.
fn isBroken(x: vec4<f32>) -> vec4<bool> {
  return (bitcast<vec4<u32>>(x) & vec4(0x7f800000u)) == vec4(0x7f800000u);
}

// Whether a column was broken: then every row is. A weight of 0 is not, its logarithm is -inf.
var<private> spoiled: bool = false;
fn checkColumn(center: f32, weight: f32) {
  let bits = bitcast<u32>(weight);
  let bad = (bits & 0x7fffffffu) > 0x7f800000u || bits == 0x7f800000u;
  spoiled = spoiled || bad || isBroken(vec4(center)).x;
}

// The logarithm of a weight, in bits. By `<`, so that NaN passes and spoils the sums.
fn bitsOf(weight: f32) -> vec4<f32> {
  return vec4(select(weight, VOID, weight < VOID));
}
