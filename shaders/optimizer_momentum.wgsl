// One step of gradient descent with momentum, one thread an element.
//
//   first' = momentum first + gradient
//   value' = value - rate first'             (with Nesterov: gradient + momentum first' for first')
//
// Inserted in front: the bindings value, gradient, first, unwrittenFirst, all [size], and result,
// the new value.
//
// @bindings value gradient first unwrittenFirst
// @uniforms size:i32 momentum:f32 rate:f32 nesterov:f32

// The binding that tfjs calls unwrittenFirst and declares read-only. WGSL allows it two names as
// long as one of them is not used.
@group(0) @binding(4) var<storage, read_write> newFirst: array<f32>;

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let g = gradient[index];
  let velocity = uniforms.momentum * first[index] + g;
  newFirst[index] = velocity;
  let ahead = g + uniforms.momentum * velocity;
  result[index] = value[index] - uniforms.rate * select(velocity, ahead, uniforms.nesterov == 1.0);
}
