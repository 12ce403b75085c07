// The places of a resize along an axis: see src/kernels/resize/contract.ts. Place i is
// (slope i + shift) / unit, all whole numbers, so that weights have all digits of float32.
//
// @uniforms rowCount:i32 rowPlaces:i32 rowSlope:i32 rowShift:i32 rowUnit:i32
// @uniforms columnCount:i32 columnPlaces:i32 columnSlope:i32 columnShift:i32 columnUnit:i32

struct Axis { count: i32, places: i32, slope: i32, shift: i32, unit: i32 }

// Place i in units, held within the samples.
fn placeOf(axis: Axis, i: i32) -> i32 {
  return clamp(axis.slope * i + axis.shift, 0, (axis.count - 1) * axis.unit);
}

// What place i weighs sample a.
fn weightOf(axis: Axis, i: i32, a: i32) -> f32 {
  return f32(max(0, axis.unit - abs(placeOf(axis, i) - a * axis.unit))) / f32(axis.unit);
}

// The first sample that place i weighs, and the last: one where it lies on that, as 0 times what is
// not finite would be NaN.
fn samplesOf(axis: Axis, i: i32) -> vec2<i32> {
  let place = placeOf(axis, i);
  let first = place / axis.unit;
  return vec2(first, select(first + 1, first, place == first * axis.unit));
}

// Places among which are all that weigh sample a: those between its neighbors.
fn placesOf(axis: Axis, a: i32) -> vec2<i32> {
  let slope = max(1, axis.slope); // 0 where a single sample is at all places
  let first = ((a - 1) * axis.unit - axis.shift) / slope;
  let last = ((a + 1) * axis.unit - axis.shift) / slope + 1;
  return vec2(max(0, first), min(axis.places - 1, last));
}

fn rowAxis() -> Axis {
  return Axis(
    uniforms.rowCount,
    uniforms.rowPlaces,
    uniforms.rowSlope,
    uniforms.rowShift,
    uniforms.rowUnit,
  );
}

fn columnAxis() -> Axis {
  return Axis(
    uniforms.columnCount,
    uniforms.columnPlaces,
    uniforms.columnSlope,
    uniforms.columnShift,
    uniforms.columnUnit,
  );
}
