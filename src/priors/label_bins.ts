/**
 * How the label axis is cut into bins.
 *
 * @module
 */
import { checkInteger, checkOptions, checkPositive } from "./checks.ts";

/** How labels are binned: exactly one of the three. */
export interface LabelBins {
  /**
   * The bins' width, in units of the label, above 0. Bins are centered at its multiples, so that labels on
   * such a grid (ages in years: width 1) lie at the centers; a label half-way belongs to the upper bin.
   * They reach from the lowest label's bin to the highest's.
   */
  readonly binWidth?: number;
  /**
   * How many bins of equal width span the labels from the lowest to the highest, 1 to 1,000,000. Around one
   * distinct label they span half a unit to either side (more where the label is too large to tell).
   */
  readonly bins?: number;
  /**
   * The bins' borders, two or more, increasing: bin b holds the labels from `edges[b]` to below
   * `edges[b + 1]`, the last one its upper border too. No label may lie outside.
   */
  readonly edges?: ArrayLike<number>;
}

/** Labels counted by bin. */
export interface BinnedLabels {
  /** `[B + 1]`, increasing. */
  edges: Float64Array;
  /** The bins' middles: `[B]`. */
  centers: Float64Array;
  /** How many labels each bin holds: `[B]`. */
  counts: Float64Array;
  /** Each label's bin: `[N]`. */
  binOf: Uint32Array;
}

const MAX_BINS = 1_000_000;

/** Cuts the axis and counts. */
export function binLabels(
  labels: Float64Array,
  options: LabelBins,
  action: string,
): BinnedLabels {
  const { edges, centers } = cutAxis(labels, options, action);
  const counts = new Float64Array(edges.length - 1);
  const binOf = Uint32Array.from(labels, (label) => findBin(edges, label));
  for (const bin of binOf) counts[bin]!++;
  return { edges, centers, counts, binOf };
}

type Axis = Pick<BinnedLabels, "edges" | "centers">;

function cutAxis(labels: Float64Array, options: LabelBins, action: string): Axis {
  checkOptions(action, "options", options);
  const { binWidth, bins, edges } = options;
  const given = [binWidth, bins, edges].filter((option) => option !== undefined).length;
  if (given !== 1) {
    throw new TypeError(
      `${action} as exactly one of binWidth, bins and edges must be given: current number is ${given}`,
    );
  }
  if (edges !== undefined) return givenAxis(labels, edges, action);
  const [low, high] = labels.reduce(
    ([low, high], x) => [Math.min(low!, x), Math.max(high!, x)],
    [Infinity, -Infinity],
  ) as [number, number];
  return binWidth !== undefined
    ? gridAxis(low, high, binWidth, action)
    : equalAxis(low, high, bins!, action);
}

function gridAxis(low: number, high: number, width: number, action: string): Axis {
  checkPositive(action, "binWidth", width);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (!(largest / width < 2 ** 50)) {
    throw new RangeError(
      `${action} as binWidth must be resolved by a float64 at the largest label, ${largest}: ` +
        `current value is ${width}`,
    );
  }
  // The borders as they are rounded decide, lest a label fall between the first or last and its bin.
  let [first, last] = [Math.floor(low / width + 0.5), Math.floor(high / width + 0.5)];
  while ((first - 0.5) * width > low) first--;
  while ((last + 0.5) * width <= high) last++;
  const count = last - first + 1;
  if (count > MAX_BINS) {
    throw new RangeError(
      `${action} as binWidth must give at most 1,000,000 bins: current value is ${width}, ` +
        `which gives ${count}`,
    );
  }
  return {
    edges: Float64Array.from({ length: count + 1 }, (_, b) => (first + b - 0.5) * width),
    centers: Float64Array.from({ length: count }, (_, b) => (first + b) * width),
  };
}

function equalAxis(low: number, high: number, bins: number, action: string): Axis {
  checkInteger(action, "bins", bins, 1, MAX_BINS, "an integer from 1 to 1,000,000");
  if (low === high) {
    const half = Math.max(0.5, Math.abs(low) * 2 ** -30);
    [low, high] = [low - half, high + half];
  }
  const edges = Float64Array.from(
    { length: bins + 1 },
    (_, b) => b === bins ? high : low + b * ((high - low) / bins),
  );
  if (edges.some((edge, b) => b > 0 && !(edge > edges[b - 1]!))) {
    throw new RangeError(
      `${action} as bins must be resolved by a float64 between the lowest label, ${low}, and the ` +
        `highest, ${high}: current value is ${bins}`,
    );
  }
  return { edges, centers: middles(edges) };
}

function givenAxis(labels: Float64Array, given: ArrayLike<number>, action: string): Axis {
  if (typeof given !== "object" || given === null || !(given.length >= 2)) {
    throw new TypeError(
      `${action} as edges must be two numbers or more: current value is ${String(given)}`,
    );
  }
  const edges = Float64Array.from(given);
  edges.forEach((edge, b) => {
    if (!Number.isFinite(edge)) {
      throw new RangeError(`${action} as edges must be finite: current edge ${b} is ${edge}`);
    }
    if (b > 0 && !(edge > edges[b - 1]!)) {
      throw new RangeError(
        `${action} as edges must increase: current edges ${b - 1} and ${b} are ${
          edges[b - 1]
        } and ${edge}`,
      );
    }
  });
  const [first, last] = [edges[0]!, edges[edges.length - 1]!];
  const below = labels.filter((label) => label < first).length;
  const above = labels.filter((label) => label > last).length;
  if (below + above > 0) {
    throw new RangeError(
      `${action} as labels must lie within the edges, ${first} to ${last}: of ${labels.length} labels ` +
        `currently ${below} lie below and ${above} above`,
    );
  }
  return { edges, centers: middles(edges) };
}

function middles(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, b) => (edges[b]! + edges[b + 1]!) / 2);
}

/** The last bin whose lower border is not above the label. */
function findBin(edges: Float64Array, label: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= label) low = middle;
    else high = middle - 1;
  }
  return low;
}
