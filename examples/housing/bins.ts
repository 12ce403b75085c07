/** How the labels of a data set are cut into bins, by the library's own rule. */
import { type LabelBins, labelHistogram } from "@balanced/mse";
import { OptionError } from "../support/option_error.ts";
import type { Dataset } from "./datasets.ts";

/** A data set's bins. */
export interface Cut {
  /** The rows of each bin that sets are drawn from, from the lowest. */
  readonly rows: readonly Uint32Array[];
  /** The bins in which shots are told. */
  readonly shots: LabelBins;
  /** Their mean width where they differ in it: what labels seen in training are counted per. */
  readonly per?: number;
  /** Finer ones, in which weights count. */
  readonly weights: LabelBins;
}

/** Weights count labels in finer bins than sets are drawn from: 1000 $ for Boston Housing. */
const BINS_IN_ONE = 5;
/** Bins where no width is given, before those of few rows are joined. */
const BINS = 20;

/**
 * Cuts the labels, by the width if there is one, else by {@linkcode fairEdges}. A bin that could
 * not give `perBin` rows to each of three sets is joined with the next, the last with the one
 * before.
 */
export async function cutLabels({ name, table: { y }, binWidth, perBin }: Dataset): Promise<Cut> {
  const order = Uint32Array.from(y.keys()).sort((a, b) => y[a]! - y[b]!);
  const sorted = Float64Array.from(order, (i) => y[i]!);
  const bins: LabelBins = binWidth === undefined
    ? { edges: fairEdges(sorted, BINS) }
    : { binWidth, align: "edge" };
  const { counts, edges } = await histogramOf(y, bins);
  const joined = joinBins(counts, 3 * perBin);
  if (joined.length < 2) {
    throw new OptionError(
      `Cannot split ${name} as its labels must fill two bins with ${3 * perBin} rows at least ` +
        `(see --bin-width and --per-bin): current value is ${joined.length}`,
    );
  }
  let from = 0;
  const rowsOf = (count: number) => order.slice(from, from += count).sort();
  const rows = joined.map((part) => {
    const parts = part.map((b) => rowsOf(counts[b]!));
    return Uint32Array.from(parts.flatMap((rows) => Array.from(rows)));
  });
  if (binWidth !== undefined) {
    return { rows, shots: bins, weights: { binWidth: binWidth / BINS_IN_ONE, align: "edge" } };
  }
  return {
    rows,
    shots: { edges: [...joined.map(([first]) => edges[first!]!), edges.at(-1)!] },
    per: (edges.at(-1)! - edges[0]!) / joined.length,
    weights: { edges: fairEdges(sorted, BINS * BINS_IN_ONE) },
  };
}

/**
 * Edges of bins that hold equal shares of the rows and the range together: the mean of the share of
 * rows below an edge and of the range below it grows evenly. So bins are of equal count where
 * labels crowd, whatever lies far off, and of equal width where they are rare. Equal labels share
 * a bin.
 *
 * @param sorted Labels, increasing.
 * @returns Up to `bins + 1` edges, increasing; all but the last are labels.
 */
export function fairEdges(sorted: Float64Array, bins: number): number[] {
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  if (low === high) return [low, low + Math.max(1, Math.abs(low))];
  const edges = [low];
  let bin = 0;
  for (let i = 1; i < sorted.length; i++) {
    const label = sorted[i]!;
    if (label === sorted[i - 1]) continue;
    const share = (i / sorted.length + (label - low) / (high - low)) / 2;
    if (Math.floor(share * bins) === bin) continue;
    bin = Math.floor(share * bins);
    edges.push(label);
  }
  return [...edges, edges.at(-1) === high ? high + (high - low) / bins : high];
}

/**
 * Which bins are taken together, by number, so that each has the least count, if all have. The
 * first one must not be empty.
 */
export function joinBins(counts: readonly number[], least: number): number[][] {
  const joined: number[][] = [];
  let total = Infinity; // of the last one
  counts.forEach((count, b) => {
    if (count > 0 && total >= least) {
      joined.push([b]);
      total = 0;
    } else joined.at(-1)!.push(b);
    total += count;
  });
  if (joined.length > 1 && total < least) joined.at(-2)!.push(...joined.pop()!);
  return joined;
}

/** Labels counted by bin; what the library cannot do is the user's to change. */
async function histogramOf(y: Float64Array, bins: LabelBins) {
  try {
    return await labelHistogram(y, bins);
  } catch (error) {
    if (error instanceof RangeError) throw new OptionError(error.message);
    throw error;
  }
}
