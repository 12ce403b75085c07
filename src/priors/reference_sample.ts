/**
 * A reference sample of the training labels.
 *
 * @module
 */
import { checkBoolean } from "../check/check_boolean.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { type Labels, type LabelTable, readLabels } from "./labels.ts";
import { sortFloat64 } from "../kernels/radix_sort/float64.ts";
import { type Random, random } from "./random.ts";

const ACTION = "Cannot draw reference sample";

/** How {@linkcode referenceSample} draws. */
export interface ReferenceSampleOptions {
  /** Where the random numbers start: an integer from 0 to 2^32 - 1; default 0. */
  readonly seed?: number | undefined;
  /**
   * Whether the sample is spread evenly over the sorted labels, which must then be of one
   * dimension; default false.
   */
  readonly stratified?: boolean | undefined;
}

/** A sample of labels, in their form: numbers, or rows; of a tensor either, by its rank. */
export type ReferenceSample<L extends Labels> = L extends ArrayLike<number> ? number[]
  : L extends ArrayLike<ArrayLike<number>> ? number[][]
  : number[] | number[][];

/**
 * Draws labels from the training set, without replacement: a prior for BMC that stands in for the
 * batch.
 *
 * Choose it where the batch cannot serve as the prior: batches of one or two rows or of correlated
 * rows (pixels of an image). Some hundreds of labels do. With a sampler that favors rare labels,
 * give it labels that were so drawn.
 *
 * Either way every label is drawn with the same probability, `size / N`, so that the sample stands
 * for the training distribution. `stratified` cuts the sorted labels into `size` runs of equal
 * length and takes one of each, at the same place in all of them (systematic sampling: the labels
 * of rank `floor((i N + u) / size)`, `i = 0 ... size - 1`, for one random integer `u` below N). No
 * stretch of the distribution, its tails included, is then left out or taken twice; a sample of the
 * whole is the whole.
 *
 * @param labels Training labels `[N]` or `[N, D]`, or counts; see {@linkcode Labels}.
 * @param size How many labels to draw, 1 to N.
 * @param options Seed and manner.
 * @returns `size` labels: numbers for `[N]`, rows of D numbers for `[N, D]`; increasing if
 * stratified, in random order otherwise. `tf.tensor(...)` takes them as they are.
 * @throws {TypeError} If labels are no numbers, or to be stratified and not of one dimension.
 * @throws {RangeError} If there are no labels, some are NaN or infinite (the message counts them),
 * or size or seed is out of its domain.
 *
 * @example The tails are represented
 * ```ts
 * import { referenceSample } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * // Nine labels near 0 and one far off, three times over.
 * const labels = Array.from({ length: 30 }, (_, i) => i % 10 === 9 ? 100 + i : i / 10);
 * const sample = await referenceSample(labels, 10, { seed: 7, stratified: true });
 * assertEquals(sample.filter((label) => label > 100).length, 1);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.10 (BMC).
 */
export async function referenceSample<L extends Labels>(
  labels: L,
  size: number,
  options: ReferenceSampleOptions = {},
): Promise<ReferenceSample<L>> {
  checkOptions(options, ["seed", "stratified"], ACTION);
  const { seed = 0, stratified = false } = options;
  checkBoolean(stratified, "stratified", ACTION);
  checkNumber(size, "size", ACTION, { whole: true, least: 1 });
  const numbers = random(seed, ACTION);
  const table = await readLabels(labels, ACTION);
  const { dim, flat } = table;
  const rows = table.times ? table.times.reduce((a, b) => a + b) : table.rows;
  if (size > rows) {
    throw new RangeError(
      `${ACTION} as size must be at most the number of labels, ${rows}: current value is ${size}`,
    );
  }
  if (stratified && dim !== 1) {
    throw new TypeError(
      `${ACTION} as labels must be [N] or [N, 1] to be stratified: ` +
        `current shape is [${rows},${dim}]`,
    );
  }
  const drawn = stratified ? systematic(rows, size, numbers) : shuffled(rows, size, numbers);
  const { values, rowOf } = stratified ? sorted(table) : inOrder(table);
  const sample: number[] | number[][] = flat
    ? drawn.map((rank) => values[rowOf(rank)]!)
    : drawn.map((rank) => Array.from(values.subarray(rowOf(rank) * dim, (rowOf(rank) + 1) * dim)));
  return sample as ReferenceSample<L>;
}

/** Whole numbers throughout: no rank is drawn twice or beyond the end by rounding. */
function systematic(rows: number, size: number, random: Random): number[] {
  const start = random.integer(rows);
  return Array.from({ length: size }, (_, i) => Math.floor((i * rows + start) / size));
}

/** The first `size` cards of a Fisher-Yates shuffle; only cards that have moved are stored. */
function shuffled(rows: number, size: number, random: Random): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: size }, (_, i) => {
    const j = i + random.integer(rows - i);
    const drawn = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return drawn;
  });
}

/** Labels, and the row of a label's rank where counts stand for labels in a row. */
interface Ranked {
  readonly values: Float64Array;
  rowOf(rank: number): number;
}

function inOrder({ values, times }: Pick<LabelTable, "values" | "times">): Ranked {
  if (!times) return { values, rowOf: (rank) => rank };
  let total = 0;
  const ends = times.map((count) => total += count);
  const rowOf = (rank: number) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= rank) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { values, rowOf };
}

function sorted({ values, times }: LabelTable): Ranked {
  if (!times) return inOrder({ values: values.sort() });
  const { order, values: ascending } = sortFloat64(values);
  return inOrder({ values: ascending, times: Float64Array.from(order, (i) => times[i]!) });
}
