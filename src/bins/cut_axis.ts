/**
 * Cuts the label axis into bins.
 *
 * @module
 */
import { decimalOf, equallySpaced } from "./decimals.ts";
import { edgesAxis } from "./edges_axis.ts";
import { gridAxis } from "./grid_axis.ts";
import type { LabelAxis } from "./label_axis.ts";
import type { BinRule } from "./label_bins.ts";

/**
 * Cuts the axis for all the labels of some sets.
 *
 * @param sets Finite numbers, at least one.
 * @throws {RangeError} If the labels do not go with the rule.
 */
export function cutAxis(sets: readonly Float64Array[], rule: BinRule, claim: string): LabelAxis {
  if (rule.by === "edges") return edgesAxis(rule.edges, sets, claim);
  let [low, high] = [Infinity, -Infinity];
  for (const labels of sets) {
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (label < low) low = label;
      if (label > high) high = label;
    }
  }
  if (rule.by === "width") return gridAxis(low, high, rule, claim);
  return edgesAxis(equalEdges(low, high, rule.bins, claim), sets, claim);
}

function equalEdges(lowest: number, highest: number, bins: number, claim: string): Float64Array {
  let [low, high] = [decimalOf(lowest), decimalOf(highest)];
  if (lowest === highest) {
    const half = Math.max(0.5, Math.abs(low) * 2 ** -30);
    [low, high] = [low - half, high + half];
  }
  const edges = equallySpaced(low, high, bins);
  if (edges.some((edge, b) => b > 0 && !(edge > edges[b - 1]!))) {
    throw new RangeError(
      `${claim} as bins must be resolved by a float64 between the lowest label, ${lowest}, ` +
        `and the highest, ${highest}: current value is ${bins}`,
    );
  }
  return edges;
}
