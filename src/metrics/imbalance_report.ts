/**
 * A test set's errors by label, beside what was seen in training.
 *
 * @module
 */
import type { LabelBins } from "../bins/label_bins.ts";
import type { LabelCounts } from "../bins/label_counts.ts";
import { occupiedBins } from "../bins/occupied_bins.ts";
import { crowdedBin } from "../bins/one_bin.ts";
import { warnOnce } from "../check/warn_once.ts";
import { binErrors, type BinTable, type ImbalanceBin, imbalanceBins } from "./imbalance_bin.ts";
import { type ImbalanceGroup, imbalanceGroup } from "./imbalance_group.ts";
import { reportCorrelations } from "./report_correlations.ts";
import { checkLabelBins } from "./label_bin_options.ts";
import { checkShots, countPlaces, type Shot, shotOf, shotRows } from "./shots.ts";
import { readTrainingLabels, type TrainingLabels } from "./training_labels.ts";
import { all, readColumn, type Values } from "./values.ts";

/**
 * The bins and thresholds of a report: bins as in {@linkcode LabelBins}, by default with a
 * `binWidth` of 1 and `align` `"edge"`: integer labels are their own bins. `bins` and `edges` reach
 * over training and test labels.
 */
export interface ImbalanceReportOptions extends LabelBins {
  /** A bin with more training labels than this is many-shot. Default 100. */
  readonly many?: number | undefined;
  /**
   * A bin with fewer training labels than this, or none, is few-shot; at most `many`. Default 20.
   */
  readonly few?: number | undefined;
}

/**
 * A test set's errors by how often labels were seen in training: plain data, also as JSON (NaN as
 * null).
 */
export interface ImbalanceReport {
  /** The bin width used; absent where the bins were given by `bins` or `edges`. */
  readonly binWidth?: number | undefined;
  /** The threshold of many-shot bins used. */
  readonly manyAbove: number;
  /** The threshold of few-shot bins used. */
  readonly fewBelow: number;
  /** All rows. */
  readonly overall: ImbalanceGroup;
  /** Rows in bins of many training labels. */
  readonly many: ImbalanceGroup;
  /** Rows in bins in between. */
  readonly medium: ImbalanceGroup;
  /** Rows in bins of few training labels, or none. */
  readonly few: ImbalanceGroup;
  /** Every bin with a training or a test label, from the lowest. */
  readonly bins: readonly ImbalanceBin[];
}

/**
 * Reports a test set's errors: overall, by shot and by label bin.
 *
 * Choose it to look at a trained model: print it by {@linkcode imbalanceTable}, draw it, alone or
 * against other models, by {@linkcode imbalanceFigure}.
 *
 * @param trainLabels Labels of the training set, `[M]`, `[M, 1]` or as {@linkcode LabelCounts}.
 * @param testLabels Labels of the test set, `[N]` or `[N, 1]`, in the unit of `trainLabels`.
 * @param predictions Predictions for the test set, `[N]` or `[N, 1]`.
 * @param options Bin width and thresholds.
 * @returns The numbers. Where one bin has nearly all training labels, though they differ, a warning
 * says so once.
 * @throws {TypeError} If an argument holds no numbers, is not one number a row, or the lengths
 * differ.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, `binWidth` is not above
 * 0, or the thresholds are out of order.
 *
 * @example A model that knows label 0 only
 * ```ts
 * import { imbalanceReport } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const trainLabels = [...new Array(150).fill(0), 9];
 * const report = await imbalanceReport(trainLabels, [0, 0, 9], [0, 1, 1]);
 * assertEquals(report.few.mae, 8);
 * assertEquals(report.bins.map(({ from, bias }) => [from, bias]), [[0, 0.5], [9, -8]]);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021.
 */
export async function imbalanceReport(
  trainLabels: Values | LabelCounts,
  testLabels: Values,
  predictions: Values,
  options: ImbalanceReportOptions = {},
): Promise<ImbalanceReport> {
  const what = "imbalance report";
  const rule = checkLabelBins(what, options, ["many", "few"]);
  const thresholds = checkShots(what, options);
  const [train, test, pred] = await all([
    readTrainingLabels(what, trainLabels),
    readColumn(what, "testLabels", testLabels),
    readColumn(what, "predictions", predictions),
  ]);
  if (test.length !== pred.length) {
    throw new TypeError(
      `Cannot compute ${what} as testLabels and predictions must be equally long: ` +
        `current lengths are ${test.length} and ${pred.length}`,
    );
  }
  const occupied = occupiedBins([train.values, test], rule, `Cannot compute ${what}`);
  const [trainPlaces, testPlaces] = occupied.places as [Uint32Array, Uint32Array];
  const size = occupied.bins.length;
  const table: BinTable = {
    trainCounts: countPlaces(trainPlaces, size, train.counts),
    testCounts: countPlaces(testPlaces, size),
    errors: binErrors(pred, test, testPlaces, size),
  };
  warnOfOneBin(what, train, trainPlaces, table.trainCounts);
  const shots = Array.from(table.trainCounts, (count) => shotOf(count, thresholds));
  const correlations = reportCorrelations(pred, test, shotRows(testPlaces, shots));
  const places = [...shots.keys()];
  const group = (shot: Shot) =>
    imbalanceGroup(places.filter((place) => shots[place] === shot), table, correlations[shot]);
  return {
    ...(rule.by === "width" && { binWidth: rule.width }),
    manyAbove: thresholds.many,
    fewBelow: thresholds.few,
    overall: imbalanceGroup(places, table, correlations.overall),
    many: group("many"),
    medium: group("medium"),
    few: group("few"),
    bins: imbalanceBins(occupied, shots, table),
  };
}

/** Warns where nearly all training labels, which differ, share a bin. */
function warnOfOneBin(
  what: string,
  train: TrainingLabels,
  places: Uint32Array,
  counts: Float64Array,
): void {
  const crowded = crowdedBin(counts);
  if (crowded === undefined) return;
  const inside = train.values.filter((_, i) => places[i] === crowded);
  if (inside.every((label) => label === inside[0])) return;
  const total = counts.reduce((a, b) => a + b);
  warnOnce(
    `${what} ${total} ${counts[crowded]}`,
    `An ${what} has ${counts[crowded]} of ${total} training labels in one bin, so that it cannot ` +
      "tell rare labels from common ones: give a narrower binWidth",
  );
}
