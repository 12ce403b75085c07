// The pass over a point prior of one dimension in linear time, one thread a row; the statistics are those of
// log_mass_points.wgsl.
//
// A row walks the tree of the sorted labels (label_tree_node.wgsl). What is too far to count is passed over with its
// subtree; a node that is narrow, seen from the row, is summed by its moments; others are opened, leaves label by label.
// Positions are measured from the row's heaviest label, the origin, so that nothing cancels however far the labels are:
//
//   x = label - origin, p = pred - origin:  (label - pred)^2 - (origin - pred)^2 = x (x - 2 p)
//
// Inserted in front: label_tree_node.wgsl, label_weight_given.wgsl or label_weight_none.wgsl, ORDER (the last term of the
// series over a node's moments), and the bindings pred [N], expected [N], noiseVar [1], label [WIDTH, M], node
// [2 leaves, STRIDE] as vec4, result [3, N].

const LN2 = 0.6931471805599453;
const HALF_LOG2E = 0.7213475204444817;
const LARGEST = 3.4028234e38;

// A subtree below 2^-26 of the heaviest label counts for nothing: float32 keeps 24 bits, and a walk skips few.
const SKIP = -26.0;

// The node that follows n and all below it; 1 behind the last.
fn nextNode(n: u32) -> u32 {
  return (n + 1u) >> countTrailingZeros(n + 1u);
}

// The label with the greatest logit: the nearest, and where weights differ, the one that branch and bound finds.
fn heaviest(p: f32, metric: f32) -> u32 {
  let columns = u32(uniforms.columns);
  var low = 0u;
  var high = columns;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (label[middle] < p) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  var best = min(low, columns - 1u);
  let below = max(best, 1u) - 1u;
  best = select(best, below, p - label[below] < label[best] - p);
  if (WIDTH == 1u) {
    return best;
  }
  // First where the better child leads: the bound is good from the start, and the search short.
  let leaves = u32(uniforms.leaves);
  var n = 1u;
  while (n < leaves) {
    n = 2u * n + select(0u, 1u, logitBits(2u * n + 1u, p, metric) > logitBits(2u * n, p, metric));
  }
  best = heavierOf(n, best, p, metric);
  n = 1u;
  loop {
    let head = node[n * STRIDE / 4u];
    let origin = label[best];
    let nearest = clamp(p - origin, head.x - origin, head.y - origin);
    let bound = topBits(n) - weightBits(logWeightAt(best)) - metric * nearest * (nearest - 2.0 * (p - origin));
    if (bound > 0.0 && n < leaves) {
      n = 2u * n;
      continue;
    }
    if (bound > 0.0) {
      best = heavierOf(n, best, p, metric);
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

// The heaviest label of a leaf, or `best` where that is heavier.
fn heavierOf(n: u32, best: u32, p: f32, metric: f32) -> u32 {
  let begin = (n - u32(uniforms.leaves)) * LEAF;
  var found = best;
  for (var j = begin; j < min(begin + LEAF, u32(uniforms.columns)); j++) {
    let x = label[j] - label[found];
    let gain = LOG2E * (logWeightAt(j) - logWeightAt(found));
    found = select(found, j, gain - metric * x * (x - 2.0 * (p - label[found])) > 0.0);
  }
  return found;
}

fn main(index: i32) {
  let rows = u32(uniforms.rows);
  let i = u32(index);
  if (i >= rows) {
    return;
  }
  let columns = u32(uniforms.columns);
  let leaves = u32(uniforms.leaves);
  // Sorting brings infinities and NaNs to the ends; they spoil every row, as a NaN among the weights does.
  let rootBits = node[STRIDE / 4u].z;
  let sound = abs(label[0]) <= LARGEST && abs(label[columns - 1u]) <= LARGEST && abs(rootBits) <= LARGEST;
  let s = select(uniforms.NAN, noiseVar[0], noiseVar[0] > 0.0 && sound);
  let inverseSigma = inverseSqrt(s);
  let metric = HALF_LOG2E / s; // bits

  let peak = heaviest(pred[i], metric);
  let origin = label[peak];
  let peakWeight = logWeightAt(peak);
  let peakBits = weightBits(peakWeight);
  let p = pred[i] - origin;
  // Sums of w, w x, w q, with w relative to the heaviest label's and q = x (x - 2 p) in bits: the square itself, of labels
  // beyond 1e16, would overflow in the sum.
  var mass = 0.0;
  var first = 0.0;
  var second = 0.0;

  var n = 1u;
  loop {
    // To the next node that is to be summed.
    var x = 0.0;
    var half = 0.0;
    var bits = 0.0;
    var narrow = false;
    loop {
      let head = node[n * STRIDE / 4u];
      half = 0.5 * (head.y - head.x);
      x = head.x - origin + half;
      bits = head.z - peakBits;
      // By the labels themselves, not by center and half, whose rounding may shut out the heaviest label.
      let nearest = clamp(p, head.x - origin, head.y - origin);
      let counts = bits - metric * nearest * (nearest - 2.0 * p) > SKIP;
      let h = half * inverseSigma;
      // Then the series leaves less than 1e-7 of each label's part, and its terms, below e^1.5, keep their digits.
      narrow = counts && abs(x - p) * inverseSigma * h + 2.0 * h * h <= 1.5;
      if (narrow || (counts && n >= leaves)) {
        break;
      }
      n = select(nextNode(n), 2u * n, counts);
      if (n == 1u) {
        break;
      }
    }
    if (n == 1u && !narrow && leaves > 1u) {
      break;
    }

    // Narrow: exp(-(z - u)^2 / 2) = exp(-z^2 / 2) sum_k He_k(z) u^k / k!, and c = He_k(z) h^k / k!.
    var a: array<f32, 4u * VECTORS>;
    for (var v = 0u; v < VECTORS; v++) { // unroll
      let four = node[n * STRIDE / 4u + v];
      a[4u * v] = four.x;
      a[4u * v + 1u] = four.y;
      a[4u * v + 2u] = four.z;
      a[4u * v + 3u] = four.w;
    }
    // Nothing, and finite, where it is not narrow.
    x = select(0.0, x, narrow);
    half = select(0.0, half, narrow);
    let h = half * inverseSigma;
    let zh = select(0.0, (p - x) * inverseSigma * h, narrow);
    let hh = h * h;
    var s0 = 1.0;
    var s1 = a[3];
    var s2 = a[4];
    var before = 0.0;
    var c = 1.0;
    for (var k = 0u; k < ORDER; k++) { // unroll
      let following = (zh * c - hh * before) * (1.0 / f32(k + 1u));
      before = c;
      c = following;
      s0 += c * a[3u + k];
      s1 += c * a[4u + k];
      s2 += c * a[5u + k];
    }
    let q = metric * x * (x - 2.0 * p);
    let w = select(0.0, exp2(bits - q), narrow);
    mass += w * s0;
    first += w * (x * s0 + half * s1);
    second += w * (q * s0 + metric * half * (2.0 * (x - p) * s1 + half * s2));

    // A leaf that is not: label by label.
    let begin = select((max(n, leaves) - leaves) * LEAF, columns, narrow);
    for (var j = begin; j < min(begin + LEAF, columns); j++) {
      let xj = label[j] - origin;
      let qj = metric * xj * (xj - 2.0 * p);
      // None is heavier than the heaviest; far off, rounding could say so by thousands of bits.
      let wj = exp2(min(LOG2E * (logWeightAt(j) - peakWeight) - qj, 0.0));
      mass += wj;
      first += wj * xj;
      second += select(wj * qj, 0.0, wj == 0.0); // q may be infinite
    }
    n = nextNode(n);
    if (n == 1u) {
      break;
    }
  }

  let own = expected[i] - origin;
  let ownBits = metric * own * (own - 2.0 * p);
  let shift = first / mass - own;
  let logMass = peakWeight + LN2 * (ownBits + log2(mass));
  result[i] = select(uniforms.NAN, logMass, abs(shift) <= LARGEST);
  result[rows + i] = (second / mass - ownBits) * (LN2 / s);
  result[2u * rows + i] = shift;
}
