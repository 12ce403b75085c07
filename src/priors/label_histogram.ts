/**
 * The training labels as weighted bins.
 *
 * @module
 */
import { checkArray } from "../check/check_array.ts";
import { checkObject } from "../check/check_object.ts";
import { countLabels } from "../bins/count_labels.ts";
import { BIN_OPTIONS, checkBins, type LabelBins } from "../bins/label_bins.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkSmoothing, type LabelSmoothing, smooth } from "./label_smoothing.ts";
import { parsePrior } from "./parse_prior.ts";
import { type Labels, readLabels1d } from "./labels.ts";
import { brief, count, printAsString } from "./printable.ts";

const ACTION = "Cannot make label histogram";

/** How {@linkcode labelHistogram} bins and smooths. */
export interface LabelHistogramOptions extends LabelBins {
  /** Label distribution smoothing of the counts; none when absent. `{}` is the authors' default. */
  readonly smoothing?: LabelSmoothing | undefined;
}

/** The numbers of a {@linkcode LabelHistogram}; what it serializes to. */
export interface LabelHistogramData {
  /** The middles of the bins that have a weight: `[M]`, increasing, in units of the label. */
  readonly centers: number[];
  /** Their shares of the labels, smoothed if so asked: `[M]`, all above 0, of sum 1. */
  readonly weights: number[];
  /** The borders of all bins, the empty ones too: `[B + 1]`, increasing, in units of the label. */
  readonly edges: number[];
  /** How many labels each bin holds, before smoothing: `[B]`. */
  readonly counts: number[];
}

/**
 * Training labels as weighted bins: the prior of BNI, Balanced MSE by numerical integration.
 *
 * `centers` and `weights` are what a loss takes; they **leave out the bins without a weight**, so
 * that no logarithm meets a zero. `edges` and `counts` describe every bin. It is plain data:
 * `JSON.stringify` it, and get it back by `fromJSON`. Printed, it is one line.
 *
 * @see {@linkcode labelHistogram}, which makes one.
 */
export class LabelHistogram implements LabelHistogramData {
  /** The middles of the bins that have a weight: `[M]`, increasing, in units of the label. */
  readonly centers: number[];
  /** Their shares of the labels, smoothed if so asked: `[M]`, all above 0, of sum 1. */
  readonly weights: number[];
  /** The borders of all bins, the empty ones too: `[B + 1]`, increasing, in units of the label. */
  readonly edges: number[];
  /** How many labels each bin holds, before smoothing: `[B]`. */
  readonly counts: number[];

  /**
   * Takes the numbers as they are.
   *
   * @param data The numbers.
   * @throws {TypeError} If it is no object, or a field is no array.
   */
  constructor(data: LabelHistogramData) {
    checkObject(data, "data", "Cannot create LabelHistogram");
    const { centers, weights, edges, counts } = data;
    for (const [name, list] of Object.entries({ centers, weights, edges, counts })) {
      checkArray(list, name, "Cannot create LabelHistogram");
    }
    [this.centers, this.weights, this.edges, this.counts] = [centers, weights, edges, counts];
  }

  /**
   * Restores a histogram from what `JSON.stringify` made of it.
   *
   * @param json The text, or the value that `JSON.parse` made of it.
   * @returns The histogram.
   * @throws {SyntaxError} If the text is no JSON.
   * @throws {TypeError} If it is not the JSON of a histogram.
   * @throws {RangeError} If a number is none that a histogram has: a weight that is not above 0,
   * edges that do not increase.
   */
  static fromJSON(json: unknown): LabelHistogram {
    const { numbers, shares, each, refuse } = parsePrior(json, "LabelHistogram");
    const [centers, weights] = [numbers("centers", 1), shares("weights")];
    const [edges, counts] = [numbers("edges", 1), numbers("counts", 1)];
    if (weights.length !== centers.length || counts.length !== edges.length - 1) {
      refuse(
        "lengths of centers, weights, edges and counts must be M, M, B + 1 and B",
        [centers, weights, edges, counts].map((list) => list.length),
      );
    }
    for (const [field, list] of Object.entries({ centers, edges })) {
      each(field, list, "increasing", (x, i) => i === 0 || x > list[i - 1]!);
    }
    const last = edges[edges.length - 1]!;
    each("centers", centers, "within the edges", (x) => x >= edges[0]! && x <= last);
    each("counts", counts, "integers >= 0", (x) => Number.isSafeInteger(x) && x >= 0);
    if (counts.every((count) => count === 0)) refuse("counts must not all be 0", counts);
    return new LabelHistogram({ centers, weights, edges, counts });
  }

  /** What `JSON.stringify` writes: the numbers, and the name of their kind. */
  toJSON(): LabelHistogramData & { readonly type: "LabelHistogram" } {
    return { type: "LabelHistogram", ...this };
  }

  /** One line that says what it is. */
  toString(): string {
    const [low, high] = [this.edges[0]!, this.edges[this.edges.length - 1]!];
    const total = this.counts.reduce((a, b) => a + b, 0);
    return `LabelHistogram: ${count(total, "label")} in ${count(this.counts.length, "bin")} from ` +
      `${brief(low)} to ${brief(high)}, ${
        this.centers.length.toLocaleString("en-US")
      } with a weight`;
  }
}

printAsString(LabelHistogram.prototype);

/** Below float32's smallest normal number a weight may become 0 on the GPU. */
const LEAST_WEIGHT = 2 ** -126;

/**
 * Counts training labels by bin: the prior of BNI, Balanced MSE by numerical integration.
 *
 * Choose it where labels are of one dimension and their distribution has any shape: it needs no
 * fit. Bins should be narrower than the noise's sigma. Smoothing helps where bins hold few labels.
 * For labels of several dimensions choose {@linkcode fitLabelMixture}.
 *
 * Bins without a weight do not reach the loss: `centers` and `weights` leave them out (after
 * smoothing, a weight below 2^-126 of the whole counts as none). Smoothing knows nothing beyond the
 * first and last bin: what the kernel would spread there is lost, as in the authors' code; give
 * `edges` that reach further if labels can.
 *
 * @param labels Training labels `[N]` or `[N, 1]`: any finite numbers, negative ones too; or counts
 * of them, whose bins reach over all their values, those of count 0 too; see {@linkcode Labels}.
 * @param options One of `binWidth` (with `align`, by default `"center"`), `bins` and `edges`; and
 * `smoothing`.
 * @returns The histogram; its weights sum to 1.
 * @throws {TypeError} If labels are not of one dimension or no numbers, or not exactly one way of
 * binning is given.
 * @throws {RangeError} If there are no labels, some are NaN, infinite or outside the edges (the
 * message counts them), edges do not increase, or an option is out of its domain.
 *
 * @example Ages in years
 * ```ts
 * import { labelHistogram } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const bins = await labelHistogram([20, 20, 20, 23], { binWidth: 1 });
 * assertEquals(bins.centers, [20, 23]);
 * assertEquals(bins.weights, [0.75, 0.25]);
 * assertEquals(bins.counts, [3, 0, 0, 1]);
 * assertEquals(
 *   `${bins}`,
 *   "LabelHistogram: 4 labels in 4 bins from 19.5 to 23.5, 2 with a weight",
 * );
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.11 (BNI); Yang
 * et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.1 (smoothing).
 */
export async function labelHistogram(
  labels: Labels,
  options: LabelHistogramOptions,
): Promise<LabelHistogram> {
  checkOptions(options, [...BIN_OPTIONS, "smoothing"], ACTION);
  const { smoothing } = options;
  const rule = checkBins(options, ACTION, { align: "center" });
  const kernel = smoothing === undefined ? undefined : checkSmoothing(smoothing, ACTION);
  const { values, times } = await readLabels1d(labels, ACTION);
  const { edges, centers, counts } = countLabels(values, rule, ACTION, times);
  const mass = kernel === undefined ? counts : smooth(counts, kernel);
  const total = mass.reduce((a, b) => a + b, 0);
  const kept = Array.from(mass.keys()).filter((b) => mass[b]! / total >= LEAST_WEIGHT);
  return new LabelHistogram({
    centers: kept.map((b) => centers[b]!),
    weights: kept.map((b) => mass[b]! / total),
    edges: [...edges],
    counts: [...counts],
  });
}
