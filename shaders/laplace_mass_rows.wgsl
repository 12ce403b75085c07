// How the passes of the Laplace mass read their rows, add columns up and write statistics.
//
// A thread has four rows of one dimension, in the lanes of its vectors. With b the dimension's
// scale, for each of them
//
//   mass = |pred - target| + b log sum_j exp(logWeight_j - |pred - center_j| / b)
//   pull = E[sign(pred - target) - sign(pred - center_j)]
//   gap  = E[|pred - center_j| - |pred - target|]
//
// with E the mean under softmax_j; see contract.ts.
//
// pred and expected (the targets; `target` is reserved in WGSL) [N, D], scale [scaleDim], result
// [3, N D]: the loss, pull, gap.
//
// Uniforms: rows N, dim D, scaleDim 1 or D; this dispatch's rows, start .. end - 1; restoreScale,
// 0 for a loss in nats; ownLabel, 1 where each row's own label is one more column.
//
// Inserted in front: laplace_mass_numbers.wgsl.
//
// @bindings pred expected scale
// @uniforms rows:i32 dim:i32 scaleDim:i32 start:i32 end:i32 restoreScale:i32 ownLabel:i32

const LN2 = 0.6931471805599453;
const LARGEST = 3.4028234e38;

// Sums over some columns, each weighed by exp2 of its logit less that of one of them, the anchor:
// none overflows. Distances are less the anchor's, and do not cancel far from all columns.
struct Sum {
  center: vec4<f32>, // the anchor's
  weight: vec4<f32>, // the anchor's, its logarithm in bits
  mass: vec4<f32>, // sum_j w_j
  pull: vec4<f32>, // sum_j w_j (side - sign(pred - center_j))
  gap: vec4<f32>, // sum_j w_j (|pred - center_j| - |pred - center|)
}

var<private> dimension: u32;
var<private> firstRow: u32;
var<private> place: vec4<f32>; // pred
var<private> label: vec4<f32>; // target
var<private> side: vec4<f32>; // sign(pred - target)
var<private> size: f32; // b
var<private> rate: f32; // bits a unit of distance

// Fours of rows in this dispatch.
fn quadCount() -> u32 {
  return (u32(uniforms.end) - u32(uniforms.start) + 3u) / 4u;
}

// The lanes behind the last row repeat it.
fn rowOf(lane: u32) -> u32 {
  return min(firstRow + lane, u32(uniforms.end) - 1u);
}

// Reads the rows of thread `index`, which is less than quadCount() D.
fn loadRows(index: u32) {
  dimension = index / quadCount();
  firstRow = u32(uniforms.start) + 4u * (index % quadCount());
  for (var lane = 0u; lane < 4u; lane++) {
    let at = rowOf(lane) * u32(uniforms.dim) + dimension;
    place[lane] = pred[at];
    label[lane] = expected[at];
  }
  side = sign(place - label);
  let b = scale[min(dimension, u32(uniforms.scaleDim) - 1u)];
  size = select(uniforms.NAN, b, b > 0.0);
  rate = LOG2E / size;
}

// |place - x| - |place - y|, which does not cancel where the place is on one side of both.
fn farther(x: vec4<f32>, y: vec4<f32>) -> vec4<f32> {
  let toX = place - x;
  let toY = place - y;
  let isAbove = toX >= vec4(0.0);
  let beyond = select(x - y, y - x, isAbove);
  return select(abs(toX) - abs(toY), beyond, isAbove == (toY >= vec4(0.0)));
}

// sign(pred - target) - sign(pred - center)
fn turn(center: vec4<f32>) -> vec4<f32> {
  return side - sign(place - center);
}

// One column alone, for each row its own; bits from bitsOf().
fn single(center: vec4<f32>, bits: vec4<f32>) -> Sum {
  return Sum(center, bits, vec4(1.0), turn(center), vec4(0.0));
}

// Both together, measured from the one of the anchors that weighs more.
fn join(a: Sum, b: Sum) -> Sum {
  let shift = farther(b.center, a.center);
  let logit = (b.weight - a.weight) - shift * rate;
  let moves = logit > vec4(0.0);
  let w = exp2(-abs(logit));
  let wA = select(vec4(1.0), w, moves);
  let wB = select(w, vec4(1.0), moves);
  let gapA = a.gap - select(vec4(0.0), shift, moves) * a.mass;
  let gapB = b.gap + select(shift, vec4(0.0), moves) * b.mass;
  return Sum(
    select(a.center, b.center, moves),
    select(a.weight, b.weight, moves),
    wA * a.mass + wB * b.mass,
    wA * a.pull + wB * b.pull,
    wA * gapA + wB * gapB,
  );
}

// The same with one column more: join(a, single(center, bits)).
fn addColumn(a: Sum, center: vec4<f32>, bits: vec4<f32>) -> Sum {
  let shift = farther(center, a.center);
  let logit = (bits - a.weight) - shift * rate;
  let moves = logit > vec4(0.0);
  let w = exp2(-abs(logit));
  let wA = select(vec4(1.0), w, moves);
  let wB = select(w, vec4(1.0), moves);
  let gapA = a.gap - select(vec4(0.0), shift, moves) * a.mass;
  return Sum(
    select(a.center, center, moves),
    select(a.weight, bits, moves),
    wA * a.mass + wB,
    wA * a.pull + wB * turn(center),
    wA * gapA + wB * select(shift, vec4(0.0), moves),
  );
}

// Writes the statistics of the thread's rows from the sum over all columns.
fn writeStats(all: Sum) {
  let shift = farther(label, all.center);
  var mass = shift + (size * LN2) * (all.weight + log2(all.mass));
  var pull = all.pull / all.mass;
  var gap = all.gap / all.mass - shift;
  if (uniforms.ownLabel == 1) {
    // The own label weighs 1 / exp(nats) as much as the others.
    let nats = mass / size;
    let small = exp(-abs(nats));
    let share = select(small, vec4(1.0), nats > vec4(0.0)) / (1.0 + small);
    mass = max(mass, vec4(0.0)) + size * log(1.0 + small);
    pull *= share;
    gap *= share;
  }
  // What is infinite weighs 0 and would vanish from the loss: it is seen in the gap, 0 * inf. No
  // weight at all is no prior, nor is one without end.
  let sound = (abs(gap) <= vec4(LARGEST)) & (all.weight > vec4(VOID)) & vec4(!spoiled) &
    !isBroken(gap) & !isBroken(place) & !isBroken(label);
  let loss = select(mass / size, mass, uniforms.restoreScale == 1);
  let count = u32(uniforms.rows) * u32(uniforms.dim);
  for (var lane = 0u; lane < 4u; lane++) {
    if (firstRow + lane == rowOf(lane)) {
      let at = (firstRow + lane) * u32(uniforms.dim) + dimension;
      result[at] = select(uniforms.NAN, loss[lane], sound[lane]);
      result[count + at] = select(uniforms.NAN, pull[lane], sound[lane]);
      result[2u * count + at] = select(uniforms.NAN, gap[lane], sound[lane]);
    }
  }
}

// Where the parts of this dispatch's rows have field `field` of one: [parts, 5, rows, D].
fn partAt(part: u32, field: u32, lane: u32) -> u32 {
  let count = u32(uniforms.end) - u32(uniforms.start);
  let row = (part * 5u + field) * count + rowOf(lane) - u32(uniforms.start);
  return row * u32(uniforms.dim) + dimension;
}
