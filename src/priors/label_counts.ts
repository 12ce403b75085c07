/**
 * Counts of labels that come in parts.
 *
 * @module
 */
import { cutAxis } from "../bins/cut_axis.ts";
import { type BinRule, checkBins, type LabelBins, MAX_BINS } from "../bins/label_bins.ts";
import type { LabelCounts } from "../bins/label_counts.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { type Labels, readLabels1d } from "./labels.ts";

const ACTION = "Cannot count labels";

/** What {@linkcode labelCounts} counts by: bins that do not depend on labels yet to come. */
export type LabelCountsOptions = Pick<LabelBins, "binWidth" | "align" | "edges">;

/**
 * Counts labels that come in parts, so that all of them need not be held at once: the depth maps of
 * a folder, the batches of a data set.
 *
 * Choose it where labels are too many to list; {@linkcode labelHistogram}, {@linkcode
 * labelWeights}, {@linkcode fitLabelMixture}, {@linkcode referenceSample}, {@linkcode shotwise},
 * {@linkcode balanced} and {@linkcode imbalanceReport} take the counts in the labels' place.
 *
 * @param parts An iterable, or async iterable, of labels: each an array, a typed array, a tensor
 * `[N]` or `[N, 1]`, counts, or a single number. A tensor is read back once and not disposed; a
 * generator may dispose it once it is asked for the next part.
 * @param options `binWidth` (with `align`, by default `"center"`) or `edges`: labels then count as
 * their bin's middle. Default: every label as it is, of which at most 1,000,000 may differ.
 * @returns The values that occur, increasing, and how often each does.
 * @throws {TypeError} If parts are no iterable, a part holds no labels of one dimension, or an
 * option is of the wrong kind.
 * @throws {RangeError} If there is no label, a part is empty, some labels are NaN, infinite or
 * outside the edges, too many differ, or an option is out of its domain.
 *
 * @example Two depth maps, in bins of a tenth of a meter
 * ```ts
 * import { labelCounts, labelHistogram } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * async function* maps() {
 *   for (const seed of [0, 1]) yield await Promise.resolve([0.71 + seed, 0.78 + seed, 2.5]);
 * }
 * const counts = await labelCounts(maps(), { binWidth: 0.1, align: "edge" });
 * assertEquals(counts, { values: [0.75, 1.75, 2.55], counts: [2, 2, 2] });
 * const bins = await labelHistogram(counts, { binWidth: 0.1, align: "edge" });
 * assertEquals(bins.weights, [1 / 3, 1 / 3, 1 / 3]);
 * ```
 */
export async function labelCounts(
  parts: Iterable<Labels | number> | AsyncIterable<Labels | number>,
  options: LabelCountsOptions = {},
): Promise<LabelCounts & { readonly values: number[]; readonly counts: number[] }> {
  checkOptions(options, ["binWidth", "align", "edges"], ACTION);
  const { binWidth, align, edges } = options;
  const rule = binWidth === undefined && align === undefined && edges === undefined
    ? undefined
    : checkBins(options, ACTION, { align: "center" });
  const tally = new Map<number, number>();
  for await (const part of iterable(parts)) {
    const labels = typeof part === "number" ? [part] : part;
    const { values: all, times: given } = await readLabels1d(labels, ACTION);
    const occurs = (_: unknown, i: number) => given?.[i] !== 0;
    const [values, times] = [all.filter(occurs), given?.filter(occurs)];
    const valueOf = rule && middles(values, rule);
    values.forEach((label, i) => {
      const value = valueOf ? valueOf(label) : label + 0; // -0 as 0
      tally.set(value, (tally.get(value) ?? 0) + (times?.[i] ?? 1));
    });
    if (tally.size > MAX_BINS) {
      throw new RangeError(
        `${ACTION} as at most 1,000,000 may differ, give binWidth or edges: ` +
          `current number is ${tally.size} or more`,
      );
    }
  }
  if (tally.size === 0) {
    throw new RangeError(`${ACTION} as parts must hold a label: current number of labels is 0`);
  }
  const sorted = [...tally].sort(([a], [b]) => a - b);
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) };
}

/** The middle of a label's bin; bins are the same for all labels of the rule. */
function middles(labels: Float64Array, rule: BinRule): (label: number) => number {
  const axis = cutAxis([labels], rule, ACTION);
  return (label) => axis.center(axis.binOf(label));
}

function iterable<Part>(
  parts: Iterable<Part> | AsyncIterable<Part>,
): Iterable<Part> | AsyncIterable<Part> {
  const isIterable = typeof parts === "object" && parts !== null &&
    (Symbol.iterator in parts || Symbol.asyncIterator in parts);
  if (isIterable) return parts;
  throw new TypeError(
    `${ACTION} as parts must be an iterable of labels: current value is ${shown(parts)}`,
  );
}
