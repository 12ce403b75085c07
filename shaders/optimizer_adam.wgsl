// One step of Adam or AdamW, one thread an element.
//
//   g       = gradient + l2 value
//   first'  = beta1 first + (1 - beta1) g
//   second' = beta2 second + (1 - beta2) g^2
//   value'  = keep value - rate first' / (sqrt(correction second') + epsilon)
//
// rest1 and rest2 are 1 - beta1 and 1 - beta2; the bias corrections are in rate and correction,
// keep is 1 for Adam, l2 is 0 for AdamW.
//
// Inserted in front: the bindings value, gradient, first, second, unwrittenFirst, unwrittenSecond,
// all [size], and result, the new value.
//
// @bindings value gradient first second unwrittenFirst unwrittenSecond
// @uniforms size:i32 beta1:f32 rest1:f32 beta2:f32 rest2:f32
// @uniforms correction:f32 epsilon:f32 keep:f32 l2:f32 rate:f32

// The bindings that tfjs calls unwrittenFirst and unwrittenSecond and declares read-only. WGSL
// allows them two names as long as one of them is not used.
@group(0) @binding(5) var<storage, read_write> newFirst: array<f32>;
@group(0) @binding(6) var<storage, read_write> newSecond: array<f32>;

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let g = gradient[index] + uniforms.l2 * value[index];
  let m = uniforms.beta1 * first[index] + uniforms.rest1 * g;
  let v = uniforms.beta2 * second[index] + uniforms.rest2 * g * g;
  newFirst[index] = m;
  newSecond[index] = v;
  let scale = sqrt(uniforms.correction * v) + uniforms.epsilon;
  result[index] = uniforms.keep * value[index] - uniforms.rate * m / scale;
}
