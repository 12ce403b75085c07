// The pass over a point prior of one dimension in linear time; the statistics are those of
// log_mass_points.wgsl.
//
// A row walks the tree of the sorted labels (label_tree_node.wgsl). What is too far to count is
// passed over with its subtree; a node that is narrow, seen from the row, is summed by its moments;
// others are opened, leaves label by label.
//
// A thread walks for QUADS times four neighbors among the sorted predictions: they want the same
// nodes, which are read once. A node is opened where any of them wants it opened, and passed over
// where it counts for none.
//
// Inserted in front: label_tree_node.wgsl, label_weight_given.wgsl or label_weight_none.wgsl, ORDER
// (the last term of the series over a node's moments), QUADS, LANES (4), log_mass_linear_rows.wgsl,
// and the bindings pred [2, N] (ascending, and behind them which rows they are), expected [N],
// noiseVar [1], label [WIDTH, M], node [2 leaves, STRIDE] as vec4, result [3, N].
//
// @bindings noiseVar label node:vec4
// @uniforms leaves:i32 columns:i32 rows:i32

// A subtree below 2^-26 of the heaviest label counts for nothing: float32 keeps 24 bits, and a walk
// skips few.
const SKIP = -26.0;

// For which rows of quad g a node counts.
fn counting(g: u32, head: vec4<f32>, metric: f32) -> vec4<bool> {
  // By the labels themselves, not by center and half, whose rounding may shut out the heaviest
  // label.
  let nearest = clamp(p[g], head.x - origin[g], head.y - origin[g]);
  return head.z - peakBits[g] - metric * nearest * (nearest - 2.0 * p[g]) > vec4(SKIP);
}

// Whether a node counts for any row.
fn counts(head: vec4<f32>, metric: f32) -> bool {
  var some = vec4(false);
  for (var g = 0u; g < QUADS; g++) { // unroll
    some = some | counting(g, head, metric);
  }
  return any(some);
}

fn halfOf(head: vec4<f32>) -> f32 {
  return 0.5 * (head.y - head.x);
}

// Whether a node is narrow for every row that it counts for. Then the series leaves less than 1e-7
// of each label's part, and its terms, below e^1.5, keep their digits.
fn isNarrow(head: vec4<f32>, inverseSigma: f32, metric: f32) -> bool {
  let h = halfOf(head) * inverseSigma;
  var narrow = vec4(true);
  for (var g = 0u; g < QUADS; g++) { // unroll
    let z = abs(head.x - origin[g] + halfOf(head) - p[g]) * inverseSigma;
    narrow = narrow & (!counting(g, head, metric) | (z * h + 2.0 * h * h <= vec4(1.5)));
  }
  return all(narrow);
}

// A narrow node by its moments:
//
//   exp(-(z - u)^2 / 2) = exp(-z^2 / 2) sum_k He_k(z) u^k / k!,  c = He_k(z) h^k / k!
fn addNode(n: u32, head: vec4<f32>, inverseSigma: f32, metric: f32) {
  var a: array<f32, 4u * VECTORS>;
  a[3] = head.w;
  for (var v = 0u; v < MORE_VECTORS; v++) { // unroll
    let four = node[n * STRIDE / 4u + v + 1u];
    a[4u * v + 4u] = four.x;
    a[4u * v + 5u] = four.y;
    a[4u * v + 6u] = four.z;
    a[4u * v + 7u] = four.w;
  }
  let half = halfOf(head);
  let h = half * inverseSigma;
  let hh = h * h;
  for (var g = 0u; g < QUADS; g++) { // unroll
    // Nothing, and finite, where it does not count.
    let counted = counting(g, head, metric);
    let x = select(vec4(0.0), head.x - origin[g] + half, counted);
    let zh = select(vec4(0.0), (p[g] - x) * inverseSigma * h, counted);
    var s0 = vec4(1.0);
    var s1 = vec4(a[3]);
    var s2 = vec4(a[4]);
    var before = vec4(0.0);
    var c = vec4(1.0);
    for (var k = 0u; k < ORDER; k++) { // unroll
      let following = (zh * c - hh * before) * (1.0 / f32(k + 1u));
      before = c;
      c = following;
      s0 += c * a[3u + k];
      s1 += c * a[4u + k];
      s2 += c * a[5u + k];
    }
    let q = metric * x * (x - 2.0 * p[g]);
    let w = select(vec4(0.0), exp2(head.z - peakBits[g] - q), counted);
    let moment = q * s0 + metric * half * (2.0 * (x - p[g]) * s1 + half * s2);
    mass[g] += w * s0;
    first[g] += w * (x * s0 + half * s1);
    // 0 times what may be infinite, of a row far from the node
    second[g] += select(vec4(0.0), w * moment, counted);
  }
}

// A leaf that is not narrow, label by label.
fn addLeaf(n: u32, metric: f32) {
  let begin = (n - u32(uniforms.leaves)) * LEAF;
  for (var j = begin; j < min(begin + LEAF, u32(uniforms.columns)); j++) {
    let position = label[j];
    let weight = logWeightAt(j);
    for (var g = 0u; g < QUADS; g++) { // unroll
      let x = position - origin[g];
      let q = metric * x * (x - 2.0 * p[g]);
      // None is heavier than the heaviest by more; far off, rounding could say so by thousands of
      // bits.
      let w = exp2(min(LOG2E * (weight - peakWeight[g]) - q, vec4(SLACK)));
      mass[g] += w;
      first[g] += w * x;
      second[g] += select(w * q, vec4(0.0), w == vec4(0.0)); // q may be infinite
    }
  }
}

fn main(index: i32) {
  let start = u32(index) * QUADS * LANES;
  if (start >= u32(uniforms.rows)) {
    return;
  }
  let leaves = u32(uniforms.leaves);
  // Sorting brings infinities and NaNs to the ends; they spoil every row, as a NaN among the
  // weights does.
  let rootBits = node[STRIDE / 4u].z;
  let last = label[u32(uniforms.columns) - 1u];
  let sound = abs(label[0]) <= LARGEST && abs(last) <= LARGEST && abs(rootBits) <= LARGEST;
  let s = select(uniforms.NAN, noiseVar[0], noiseVar[0] > 0.0 && sound);
  let inverseSigma = inverseSqrt(s);
  let metric = HALF_LOG2E / s; // bits
  loadRows(start, metric);

  var n = 1u;
  loop {
    // To the next node that is to be summed: threads that walk on together sum together.
    var head = vec4(0.0);
    var wanted = false;
    var narrow = false;
    loop {
      head = node[n * STRIDE / 4u];
      wanted = counts(head, metric);
      narrow = wanted && isNarrow(head, inverseSigma, metric);
      if (narrow || (wanted && n >= leaves)) {
        break;
      }
      n = select(nextNode(n), 2u * n, wanted);
      if (n == 1u) {
        break;
      }
    }
    if (narrow) {
      addNode(n, head, inverseSigma, metric);
    } else if (wanted && n >= leaves) {
      addLeaf(n, metric);
    }
    n = nextNode(n);
    if (n == 1u) {
      break;
    }
  }
  writeStats(start, s, metric);
}
