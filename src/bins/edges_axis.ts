/**
 * Bins between given edges.
 *
 * @module
 */
import { isOnEdge } from "./is_on_edge.ts";
import type { LabelAxis } from "./label_axis.ts";

/**
 * Bin b lies between edges b and b + 1; the last holds its upper edge, too.
 *
 * @throws {RangeError} If a label of the sets lies outside.
 */
export function edgesAxis(
  edges: Float64Array,
  sets: readonly Float64Array[],
  claim: string,
): LabelAxis {
  const last = edges.length - 2;
  const edge = (b: number) => edges[b] ?? (b < 0 ? -Infinity : Infinity);
  const isEdge = (label: number, b: number) => isOnEdge(label, edge(b - 1), edge(b), edge(b + 1));
  const axis: LabelAxis = {
    first: 0,
    last,
    binOf: (label) => {
      // The last bin that begins at the label or before.
      let [low, high] = [0, last];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (edges[middle]! <= label) low = middle;
        else high = middle - 1;
      }
      return low < last && isEdge(label, low + 1) ? low + 1 : low;
    },
    edge,
    center: (b) => (edges[b]! + edges[b + 1]!) / 2,
  };
  const [lowest, highest] = [edges[0]!, edges[last + 1]!];
  let [below, above, total] = [0, 0, 0];
  for (const labels of sets) {
    total += labels.length;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (label < lowest && !isEdge(label, 0)) below++;
      if (label > highest && !isEdge(label, last + 1)) above++;
    }
  }
  if (below + above > 0) {
    throw new RangeError(
      `${claim} as labels must lie within the edges, ${lowest} to ${highest}: of ${total} labels ` +
        `currently ${below} lie below and ${above} above`,
    );
  }
  return axis;
}
