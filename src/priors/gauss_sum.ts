/**
 * Sums of Gaussians about labels, at each of them: in a time that grows with their number, not with
 * its square.
 *
 * @module
 */
import { type LabelTree, labelTree, LEAF, ORDER, STRIDE } from "../kernels/log_mass/label_tree.ts";

/**
 * Whether the series serves a node of half width `h`, `z` from its center, both in widths: it then
 * leaves less than 1e-11 of each label's part.
 */
function isNarrow(z: number, h: number): boolean {
  return Math.abs(z) * h + 2 * h * h <= 1;
}

/** A subtree is passed over whose labels together add less than 2^-40 of the label's own count. */
const SKIP = 40 * Math.LN2;

/**
 * `sum_j counts_j exp(-(labels_i - labels_j)^2 / (2 width^2))` for every i, to 1e-10 of it: a
 * walk of the tree of label_tree.ts. What is too far to count is passed over with its whole
 * subtree, a node that is narrow seen from the label is summed by its moments, others are opened.
 *
 * @param labels Ascending: `[V]`.
 * @param counts Above 0: `[V]`.
 * @param width The Gaussians' standard deviation, above 0.
 */
export function gaussSums(
  labels: Float64Array,
  counts: Float64Array,
  width: number,
): Float64Array {
  const tree = labelTree(labels, counts.map(Math.log2));
  return labels.map((label, i) => sumAt(tree, counts, label, counts[i]!, width));
}

function sumAt(
  { labels, levels }: LabelTree,
  counts: Float64Array,
  label: number,
  own: number,
  width: number,
): number {
  let sum = 0;
  const floor = Math.log(own) - SKIP;
  for (let [level, i] = [levels.length - 1, 0]; i * STRIDE < levels[level]!.length;) {
    const [node, at] = [levels[level]!, i * STRIDE];
    const half = (node[at + 1]! - node[at]!) / 2 / width;
    const z = (label - node[at]!) / width - half;
    const gap = Math.max(0, Math.abs(z) - half);
    const mass = node[at + 2]! * Math.LN2;
    if (mass - gap * gap / 2 > floor) {
      if (isNarrow(z, half)) sum += Math.exp(mass - z * z / 2) * series(node, at, z, half);
      else if (level > 0) {
        [level, i] = [level - 1, 2 * i];
        continue;
      } else {
        for (let j = i * LEAF; j < Math.min(i * LEAF + LEAF, labels.length); j++) {
          sum += counts[j]! * Math.exp(-(((label - labels[j]!) / width) ** 2) / 2);
        }
      }
    }
    while (i % 2 === 1) [level, i] = [level + 1, i >>> 1];
    i++;
  }
  return sum;
}

/** `exp(-(z - u)^2 / 2) = exp(-z^2 / 2) sum_k He_k(z) u^k / k!`, the mean over a node's labels. */
function series(node: Float64Array, at: number, z: number, half: number): number {
  let [sum, before, c] = [1, 0, 1];
  for (let k = 1; k <= ORDER; k++) {
    [before, c] = [c, (z * half * c - half * half * before) / k];
    sum += c * node[at + 2 + k]!;
  }
  return sum;
}
