// x's gradient, one element a thread; see batch_norm_value.wgsl and batch_norm_upstream.wgsl.
// `share` is 1 / R, or 0 where the statistics are constants.
//
// Inserted in front: the binding sums [2, C], of d and of d h.
//
// @bindings sums
// @uniforms size:i32 channels:i32 share:f32

fn main(index: i32) {
  if (index >= uniforms.size) { // tfjs may launch spare workgroups
    return;
  }
  let c = index % uniforms.channels;
  let h = standard(index, c);
  var own = incoming(index, h, c);
  if (uniforms.share > 0.0) { // 0 times the NaN of one row would spoil all
    own -= uniforms.share * (sums[c] + h * sums[uniforms.channels + c]);
  }
  result[index] = scale[c] * inverseDeviation(c) * own;
}
