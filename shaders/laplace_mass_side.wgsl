// Sums over neighboring columns, all on one side of any place that sees them: its distances to two
// of them differ by these two alone, so that the sums are the same for all places.
//
// Weights and distances are less the anchor's, as in laplace_mass_rows.wgsl.
//
// Inserted in front: laplace_mass_numbers.wgsl, laplace_mass_order.wgsl.
//
// @bindings scale
// @uniforms scaleDim:i32

struct Side {
  center: f32, // the anchor's
  weight: f32, // the anchor's, its logarithm in bits
  rest: f32, // sum_j w_j, but for the columns at the last label,
  tie: f32, // and of these: a place at this label is not beyond them
  gap: f32, // sum_j w_j (|place - center_j| - |place - center|)
}

fn rateOf(d: u32) -> f32 {
  let b = scale[min(d, u32(uniforms.scaleDim) - 1u)];
  return LOG2E / select(uniforms.NAN, b, b > 0.0);
}

// One column alone.
fn alone(d: u32, j: u32) -> Side {
  return Side(labelAt(d, j), bitsOf(weightAt(d, j)).x, 0.0, 1.0, 0.0);
}

// Both together, b the nearer one to the places; `tied` where all of b is at a's last label.
fn joinSides(a: Side, b: Side, rate: f32, seen: u32, tied: bool) -> Side {
  let shift = select(b.center - a.center, a.center - b.center, seen == FROM_RIGHT);
  let logit = (b.weight - a.weight) - shift * rate;
  let moves = logit > 0.0;
  let w = exp2(-abs(logit));
  let wA = select(1.0, w, moves);
  let wB = select(w, 1.0, moves);
  let gapA = a.gap - select(0.0, shift, moves) * (a.rest + a.tie);
  let gapB = b.gap + select(shift, 0.0, moves) * (b.rest + b.tie);
  return Side(
    select(a.center, b.center, moves),
    select(a.weight, b.weight, moves),
    wA * (a.rest + select(a.tie, 0.0, tied)) + wB * b.rest,
    wA * select(0.0, a.tie, tied) + wB * b.tie,
    wA * gapA + wB * gapB,
  );
}

// A broken column among them is told by the gap.
fn writeSide(d: u32, seen: u32, block: u32, side: Side, broken: bool) {
  result[sumAt(d, seen, 0u, block)] = side.center;
  result[sumAt(d, seen, 1u, block)] = side.weight;
  result[sumAt(d, seen, 2u, block)] = side.rest;
  result[sumAt(d, seen, 3u, block)] = side.tie;
  result[sumAt(d, seen, 4u, block)] = select(side.gap, uniforms.NAN, broken);
}
