/**
 * The cpu kernel's pass over a point prior of one dimension in linear time.
 *
 * Each row walks a tree of the sorted labels (label_tree.ts). What is too far to count is passed
 * over with its whole subtree; a node that is narrow, seen from the row, is summed by its moments;
 * others are opened. All is measured from the row's heaviest label, not from its prediction, so
 * that nothing cancels however far the labels are.
 *
 * @module
 */
import { EXP_TABLE_MIN, expTable } from "./exp_table.ts";
import { isNarrow, labelTree, LEAF, ORDER, STRIDE } from "./label_tree.ts";
import type { CpuProblem, EmitRow } from "./cpu_rows.ts";
import { radixSort } from "../radix_sort/cpu.ts";

/** A subtree below 2^-34 of the heaviest label counts for nothing: float32 keeps 24 bits. */
const SKIP_BITS = 34;

/**
 * By what a label's logit may exceed that of the one which counts as the heaviest. Where weights
 * undo distances (the inverse of the labels' density, and a noise as wide), all logits are nearly
 * equal: a search for the very greatest would visit every node.
 */
const SLACK = Math.LN2;

/**
 * A series ends where its terms are below 2^-36 of the sums so far. |z| h + 2 h^2 <= 2 makes what
 * follows two such terms less than both together.
 */
const NEGLIGIBLE = 2 ** -36;

const INVERSES = Float64Array.from({ length: ORDER + 1 }, (_, k) => 1 / k);

/** The statistics of every row for a point prior of one dimension. */
export function linearStats(problem: CpuProblem, emit: EmitRow): void {
  const { columns, pred, target, center, logWeight } = problem;
  const order = radixSort(center);
  const labels = Float64Array.from(order, (j) => center[j]!);
  const weightBits = logWeight && Float64Array.from(order, (j) => logWeight[j]! * Math.LOG2E);
  const { levels, tops } = labelTree(labels, weightBits);
  const root = levels.length - 1;
  // Sorting brings infinities and NaNs to the ends; they spoil every row, as a NaN among the
  // weights does.
  const sound = Number.isFinite(labels[0]!) && Number.isFinite(labels[columns - 1]!) &&
    levels[root]![2]! === levels[root]![2]!;

  let metric = NaN; // of the row
  const skip = SKIP_BITS * Math.LN2;
  const shift = new Float64Array(1);
  const score = new Float64Array(1);

  /**
   * A label of the greatest logit, up to SLACK, for prediction `p`; without weights the nearest.
   */
  function heaviest(p: number): number {
    let [low, high] = [0, columns];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (labels[middle]! < p) low = middle + 1;
      else high = middle;
    }
    let best = Math.min(low, columns - 1);
    if (best > 0 && p - labels[best - 1]! < labels[best]! - p) best--;
    if (!weightBits) return best;
    let logit = logitOf(best, p);
    const search = (leaf: number) => {
      for (let j = leaf * LEAF; j < Math.min(leaf * LEAF + LEAF, columns); j++) {
        const other = logitOf(j, p);
        if (other > logit) [best, logit] = [j, other];
      }
    };
    // First where the better child leads: the bound is good from the start, and the search short.
    let leaf = 0;
    for (let level = root - 1; level >= 0; level--) {
      leaf *= 2;
      const hasRight = leaf + 1 < tops![level]!.length;
      if (hasRight && mostOf(level, leaf + 1, p) > mostOf(level, leaf, p)) leaf++;
    }
    search(leaf);
    for (let [level, i] = [root, 0]; level >= 0;) {
      if (mostOf(level, i, p) > logit + SLACK) {
        if (level > 0) {
          [level, i] = [level - 1, 2 * i];
          continue;
        }
        search(i);
      }
      while (i % 2 === 1) [level, i] = [level + 1, i >>> 1];
      if (++i >= tops![level]!.length) break;
    }
    return best;
  }

  function logitOf(j: number, p: number): number {
    return weightBits![j]! * Math.LN2 - metric * (labels[j]! - p) ** 2;
  }

  /** No label of a node has a greater logit. */
  function mostOf(level: number, i: number, p: number): number {
    const node = levels[level]!;
    const gap = Math.max(0, node[i * STRIDE]! - p, p - node[i * STRIDE + 1]!);
    return tops![level]![i]! * Math.LN2 - metric * gap * gap;
  }

  // Neighboring rows walk the same nodes: in order they find them in the cache.
  for (const i of radixSort(pred)) {
    const s = sound ? problem.noise(i)[0]! : NaN;
    const precision = 1 / Math.sqrt(s);
    metric = 0.5 / s;
    const peak = heaviest(pred[i]!);
    const origin = labels[peak]!;
    const peakBits = weightBits ? weightBits[peak]! : 0;
    const p = pred[i]! - origin; // positions are measured from the heaviest label
    let mass = 0, first = 0, second = 0; // sums of w, w x, w (x (x - 2 p)) with x = label - origin
    let level = root, at = 0;
    for (;;) {
      const node = levels[level]!;
      const half = (node[at + 1]! - node[at]!) / 2;
      const x = node[at]! + half - origin;
      const bits = node[at + 2]! - peakBits;
      // By the labels themselves, not by center and half, whose rounding may shut out the heaviest
      // label.
      const nearest = Math.min(Math.max(p, node[at]! - origin), node[at + 1]! - origin);
      let opened = false;
      if (bits * Math.LN2 - metric * nearest * (nearest - 2 * p) > -skip) {
        const z = (p - x) * precision;
        const h = half * precision;
        if (isNarrow(z, h)) {
          // exp(-(z - u)^2 / 2) = exp(-z^2 / 2) sum_k He_k(z) u^k / k!, and c_k = He_k(z) h^k / k!
          const zh = z * h;
          const hh = h * h;
          let a1 = node[at + 3]!;
          let a2 = node[at + 4]!;
          const w = Math.exp(bits * Math.LN2 - metric * x * (x - 2 * p));
          const negligible = NEGLIGIBLE * (mass + w) / w;
          let s0 = 1;
          let s1 = a1;
          let s2 = a2;
          let before = 0;
          let c = 1;
          for (let k = 1; k <= ORDER; k++) {
            const next = (zh * c - hh * before) * INVERSES[k]!;
            before = c;
            c = next;
            s0 += c * a1;
            a1 = a2;
            a2 = node[at + 4 + k]!;
            s1 += c * a1;
            s2 += c * a2;
            if (Math.abs(c) + Math.abs(before) < negligible) break;
          }
          mass += w * s0;
          first += w * (x * s0 + half * s1);
          second += w * (x * (x - 2 * p) * s0 + half * (2 * (x - p) * s1 + half * s2));
        } else if (level === 0) {
          const start = at / STRIDE * LEAF;
          for (let j = start; j < Math.min(start + LEAF, columns); j++) {
            const xj = labels[j]! - origin;
            const square = xj * (xj - 2 * p);
            let logit = -metric * square;
            if (weightBits) logit += (weightBits[j]! - peakBits) * Math.LN2;
            if (logit < EXP_TABLE_MIN) continue;
            // Far off, rounding could say that a label is heavier than the heaviest by thousands.
            const w = logit > 0 ? Math.exp(Math.min(logit, SLACK)) : expTable(logit);
            mass += w;
            first += w * xj;
            second += w * square;
          }
        } else {
          opened = true;
        }
      }
      if (opened) {
        level--;
        at *= 2;
        continue;
      }
      let n = at / STRIDE;
      while (n % 2 === 1) {
        level++;
        n >>>= 1;
      }
      at = (n + 1) * STRIDE;
      if (at >= levels[level]!.length) break;
    }
    const own = target[i]! - origin;
    const ownSquare = own * (own - 2 * p);
    shift[0] = first / mass - own;
    score[0] = (second / mass - ownSquare) / (2 * s * s);
    const logMass = peakBits * Math.LN2 + metric * ownSquare + Math.log(mass);
    emit(i, Number.isFinite(shift[0]) ? logMass : NaN, score, shift);
  }
}
