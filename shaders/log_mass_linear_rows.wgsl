// The rows of the linear pass: their heaviest labels, and how their statistics are written.
//
// Positions are measured from a row's heaviest label, the origin, so that nothing cancels however
// far the labels are:
//
//   x = label - origin, p = pred - origin:  (label - pred)^2 - (origin - pred)^2 = x (x - 2 p)
//
// @bindings pred expected label node:vec4
// @uniforms columns:i32 leaves:i32 rows:i32

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// The rows of the thread, four a vec4: their heaviest labels, and the sums of w, w x, w q, with w
// relative to the heaviest label's and q = x (x - 2 p) in bits: the square itself, of labels beyond
// 1e16, would overflow in the sum.
var<private> origin: array<vec4<f32>, QUADS>;
var<private> peakWeight: array<vec4<f32>, QUADS>;
var<private> peakBits: array<vec4<f32>, QUADS>;
var<private> p: array<vec4<f32>, QUADS>;
var<private> mass: array<vec4<f32>, QUADS>;
var<private> first: array<vec4<f32>, QUADS>;
var<private> second: array<vec4<f32>, QUADS>;

// The node that follows n and all below it; 1 behind the last.
fn nextNode(n: u32) -> u32 {
  return (n + 1u) >> countTrailingZeros(n + 1u);
}

// The first label that is not below p, which is not before `start`: by steps that double, then by
// halving.
fn firstNotBelow(p: f32, start: u32) -> u32 {
  let columns = u32(uniforms.columns);
  var low = start;
  var high = start;
  var step = 1u;
  while (high < columns && label[min(high, columns - 1u)] < p) {
    low = high + 1u;
    high += step;
    step *= 2u;
  }
  high = min(high, columns);
  while (low < high) {
    let middle = (low + high) / 2u;
    if (label[middle] < p) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  return low;
}

// By how many bits a label may be heavier than the one that counts as the heaviest. Where weights
// undo distances (the inverse of the labels' density, and a noise as wide), all logits are nearly
// equal: a search for the very greatest would visit every node, and llvmpipe would end it (see
// MOST_ITERATIONS in plan.ts).
const SLACK = 1.0;

// By how many bits a label of node n may be heavier than label `best`, at most.
fn gainBits(n: u32, best: u32, p: f32, metric: f32) -> f32 {
  let head = node[n * STRIDE / 4u];
  let origin = label[best];
  let nearest = clamp(p - origin, head.x - origin, head.y - origin);
  let square = nearest * (nearest - 2.0 * (p - origin));
  return topBits(n) - weightBits(logWeightAt(best)) - metric * square;
}

// A label with the greatest logit, up to SLACK: the nearest, and where weights differ, one that
// branch and bound finds. `above` is the first that is not below p, `likely` a label that may be
// it.
fn heaviest(p: f32, above: u32, likely: u32, metric: f32) -> u32 {
  let columns = u32(uniforms.columns);
  var best = min(above, columns - 1u);
  let below = max(best, 1u) - 1u;
  best = select(best, below, p - label[below] < label[best] - p);
  if (WIDTH == 1u) {
    return best;
  }
  best = heavierOf(likely, likely + 1u, best, p, metric);
  let leaves = u32(uniforms.leaves);
  var n = 1u;
  if (gainBits(n, best, p, metric) > SLACK) {
    // First where the better child leads: the bound is good from the start, and the search short.
    while (n < leaves) {
      n = 2u * n + select(0u, 1u, logitBits(2u * n + 1u, p, metric) > logitBits(2u * n, p, metric));
    }
    best = heavierOfLeaf(n, best, p, metric);
  }
  n = 1u;
  loop {
    let opened = gainBits(n, best, p, metric) > SLACK;
    if (opened && n < leaves) {
      n = 2u * n;
      continue;
    }
    if (opened) {
      best = heavierOfLeaf(n, best, p, metric);
    }
    n = nextNode(n);
    if (n == 1u) {
      break;
    }
  }
  return best;
}

// The bits of a node's greatest weight.
fn topBits(n: u32) -> f32 {
  return node[(n * STRIDE + TOP) / 4u].x;
}

// No label of a node has a greater logit, in bits.
fn logitBits(n: u32, p: f32, metric: f32) -> f32 {
  let head = node[n * STRIDE / 4u];
  let gap = p - clamp(p, head.x, head.y);
  return topBits(n) - metric * gap * gap;
}

// The heaviest of the labels from `begin` to before `end`, or `best` where that is heavier.
fn heavierOf(begin: u32, end: u32, best: u32, p: f32, metric: f32) -> u32 {
  var found = best;
  for (var j = begin; j < end; j++) {
    let x = label[j] - label[found];
    let gain = LOG2E * (logWeightAt(j) - logWeightAt(found));
    found = select(found, j, gain - metric * x * (x - 2.0 * (p - label[found])) > 0.0);
  }
  return found;
}

fn heavierOfLeaf(n: u32, best: u32, p: f32, metric: f32) -> u32 {
  let begin = (n - u32(uniforms.leaves)) * LEAF;
  return heavierOf(begin, min(begin + LEAF, u32(uniforms.columns)), best, p, metric);
}

// Rows behind the last repeat it and are not written. As predictions ascend, so do the first labels
// not below them.
fn loadRows(start: u32, metric: f32) {
  var above = 0u;
  var peak = 0u;
  for (var row = 0u; row < QUADS * LANES; row++) {
    let prediction = pred[min(start + row, u32(uniforms.rows) - 1u)];
    above = firstNotBelow(prediction, above);
    peak = heaviest(prediction, above, peak, metric); // that of the row before is likely
    let weight = logWeightAt(peak);
    for (var g = 0u; g < QUADS; g++) { // unroll
      let here = vec4(row) == vec4(LANES * g) + vec4(0u, 1u, 2u, 3u);
      origin[g] = select(origin[g], vec4(label[peak]), here);
      peakWeight[g] = select(peakWeight[g], vec4(weight), here);
      peakBits[g] = select(peakBits[g], vec4(weightBits(weight)), here);
      p[g] = select(p[g], vec4(prediction - label[peak]), here);
    }
  }
}

fn writeStats(start: u32, s: f32, metric: f32) {
  let rows = u32(uniforms.rows);
  for (var g = 0u; g < QUADS; g++) { // unroll
    for (var lane = 0u; lane < LANES; lane++) { // unroll
      let place = start + LANES * g + lane;
      if (place < rows) {
        let row = u32(pred[rows + place]);
        let own = expected[row] - origin[g][lane];
        let ownBits = metric * own * (own - 2.0 * p[g][lane]);
        // A prediction that is NaN counts nowhere, but in its neighbors' leaves as if it were near.
        let mean = select(uniforms.NAN, first[g][lane] / mass[g][lane], abs(p[g][lane]) <= LARGEST);
        let shift = mean - own;
        let logMass = peakWeight[g][lane] + LN2 * (ownBits + log2(mass[g][lane]));
        result[row] = select(uniforms.NAN, logMass, abs(shift) <= LARGEST);
        result[rows + row] = (second[g][lane] / mass[g][lane] - ownBits) * (LN2 / s);
        result[2u * rows + row] = shift;
      }
    }
  }
}
