/**
 * A binary tree over sorted labels in one dimension, each node with the moments of its labels: what
 * a walk needs to sum Gaussians over all labels in a time that does not grow with their number.
 *
 * Leaves hold {@linkcode LEAF} labels. Level 0 is the leaves, and node i of level l + 1 has the
 * nodes 2 i and 2 i + 1 of level l. With center C the middle between a node's least and greatest
 * label, h half their distance, and u_j = (label_j - C) / h in [-1, 1], a node stores
 *
 *     least,  greatest,  bits = log2 sum_j w_j,
 *     a_k = sum_j w_j u_j^k / sum_j w_j   for k = 1 .. ORDER + 2
 *
 * @module
 */

/** Labels a leaf. */
export const LEAF = 8;

/**
 * The last term of the series that a walk sums. Of nodes that {@linkcode isNarrow} allows it leaves
 * less than 1e-8 of each label's part; sums are float64, so that the terms may grow to e^2 and
 * cancel.
 */
export const ORDER = 14;

/**
 * Whether the series serves a node of half width `h`, `z` from its center, both in sigmas: see
 * {@linkcode ORDER}.
 */
export function isNarrow(z: number, h: number): boolean {
  return Math.abs(z) * h + 2 * h * h <= 2;
}

/** Numbers a node. */
export const STRIDE = ORDER + 5;

export interface LabelTree {
  /** Ascending. */
  labels: Float64Array;
  /** Base-2 logarithms of the weights, in the labels' order; none where all are 1. */
  weightBits: Float64Array | undefined;
  /** By level, leaves first: `[least, greatest, bits, a_1, ..., a_{ORDER + 2}]` a node. */
  levels: Float64Array[];
  /** By level and node, the greatest of `weightBits`. */
  tops: Float64Array[] | undefined;
}

/** Builds the tree; `labels` ascend. */
export function labelTree(labels: Float64Array, weightBits?: Float64Array): LabelTree {
  let nodes = Math.ceil(labels.length / LEAF);
  const levels = [new Float64Array(nodes * STRIDE)];
  for (let i = 0; i < nodes; i++) {
    writeLeaf(levels[0]!, i * STRIDE, labels, weightBits, i * LEAF);
  }
  while (nodes > 1) {
    const children = levels.at(-1)!;
    const count = Math.ceil(nodes / 2);
    const parents = new Float64Array(count * STRIDE);
    for (let i = 0; i < count; i++) {
      const right = 2 * i + 1 < nodes ? (2 * i + 1) * STRIDE : -1;
      writeParent(parents, i * STRIDE, children, 2 * i * STRIDE, right);
    }
    levels.push(parents);
    nodes = count;
  }
  return { labels, weightBits, levels, tops: weightBits && topsOf(weightBits) };
}

function topsOf(weightBits: Float64Array): Float64Array[] {
  const greatest = (values: Float64Array, size: number) =>
    Float64Array.from(
      { length: Math.ceil(values.length / size) },
      (_, i) => values.subarray(i * size, (i + 1) * size).reduce((a, b) => Math.max(a, b)),
    );
  const tops = [greatest(weightBits, LEAF)];
  while (tops.at(-1)!.length > 1) tops.push(greatest(tops.at(-1)!, 2));
  return tops;
}

function writeLeaf(
  nodes: Float64Array,
  at: number,
  labels: Float64Array,
  weightBits: Float64Array | undefined,
  start: number,
): void {
  const end = Math.min(start + LEAF, labels.length);
  const [least, greatest] = [labels[start]!, labels[end - 1]!];
  const half = (greatest - least) / 2;
  const center = least + half;
  let top = weightBits ? -Infinity : 0;
  if (weightBits) { for (let j = start; j < end; j++) top = Math.max(top, weightBits[j]!); }
  top = Math.max(top, -Number.MAX_VALUE);
  let mass = 0;
  for (let j = start; j < end; j++) {
    const w = weightBits ? 2 ** (weightBits[j]! - top) : 1;
    const u = half > 0 ? (labels[j]! - center) / half : 0;
    mass += w;
    for (let k = 1, power = w * u; k <= ORDER + 2; k++, power *= u) nodes[at + 2 + k]! += power;
  }
  for (let k = 1; k <= ORDER + 2; k++) nodes[at + 2 + k]! /= mass > 0 ? mass : 1;
  nodes[at] = least;
  nodes[at + 1] = greatest;
  nodes[at + 2] = top + Math.log2(mass);
}

/** Moments about the parent's center by the binomial theorem: u' = shift + ratio u. */
function writeParent(
  nodes: Float64Array,
  at: number,
  children: Float64Array,
  left: number,
  right: number,
): void {
  const only = right < 0;
  const least = children[left]!;
  const greatest = children[(only ? left : right) + 1]!;
  const half = (greatest - least) / 2;
  const center = least + half;
  const top = Math.max(children[left + 2]!, only ? -Infinity : children[right + 2]!);
  const leftMass = top > -Infinity ? 2 ** (children[left + 2]! - top) : 1;
  const rightMass = only || top === -Infinity ? 0 : 2 ** (children[right + 2]! - top);
  const mass = leftMass + rightMass;
  addMoments(nodes, at, center, half, children, left, leftMass / mass);
  if (rightMass > 0) addMoments(nodes, at, center, half, children, right, rightMass / mass);
  // A NaN among weights or labels must reach the root.
  nodes[at] = least;
  nodes[at + 1] = greatest;
  nodes[at + 2] = top + Math.log2(mass);
}

const moments = new Float64Array(ORDER + 3);

function addMoments(
  nodes: Float64Array,
  at: number,
  center: number,
  half: number,
  children: Float64Array,
  child: number,
  share: number,
): void {
  const childHalf = (children[child + 1]! - children[child]!) / 2;
  const shift = half > 0 ? (children[child]! + childHalf - center) / half : 0;
  const ratio = half > 0 ? childHalf / half : 0;
  // Horner in place: after step k, moments[j] holds the mean of u^(j - k) u'^k times powers yet to
  // come.
  moments[0] = 1;
  for (let k = 1, scale = ratio; k <= ORDER + 2; k++, scale *= ratio) {
    moments[k] = children[child + 2 + k]! * scale;
  }
  for (let k = 1; k <= ORDER + 2; k++) {
    for (let j = ORDER + 2; j >= k; j--) moments[j]! += shift * moments[j - 1]!;
  }
  for (let k = 1; k <= ORDER + 2; k++) nodes[at + 2 + k]! += share * moments[k]!;
}
