/**
 * A metric on many-, medium- and few-shot labels.
 *
 * @module
 */
import type { LabelCounts } from "../bins/label_counts.ts";
import { occupiedBins } from "../bins/occupied_bins.ts";
import { checkLabelBins, readBinned } from "./label_bin_options.ts";
import { checkMetric, type Metric, metricOver } from "./metric.ts";
import {
  checkShots,
  countPlaces,
  rowsByShot,
  shotOf,
  type ShotOptions,
  shotRows,
} from "./shots.ts";
import { readTrainingLabels } from "./training_labels.ts";
import { all, type Values } from "./values.ts";

/** A metric over all rows and over those of each shot; NaN for a shot without a row. */
export interface ShotwiseValues {
  /** Over all rows. */
  readonly overall: number;
  /** Over the rows whose bin holds more than `many` training labels. */
  readonly many: number;
  /** Over the rows in between. */
  readonly medium: number;
  /** Over the rows whose bin holds fewer than `few` training labels, or none. */
  readonly few: number;
}

/**
 * Any metric, split by how often labels like a row's were seen in training: many-shot (more than
 * 100 training labels in the bin), few-shot (fewer than 20) and medium-shot.
 *
 * Choose it to see where a loss gains and what it pays: the protocol of the imbalanced-regression
 * papers.
 *
 * @param metric The metric: {@linkcode meanAbsoluteError} or any other, or a function of your own
 * that binds its options. It is not called for a shot without a row.
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @param trainLabels Labels of the training set, `[M]`, `[M, 1]` or as {@linkcode LabelCounts}, in
 * units of the label (of `binBy` where that is given).
 * @param options The thresholds and the bins.
 * @returns The four numbers, each over all rows of its group together, in the metric's unit. **NaN
 * for a shot without a row**, never 0.
 * @throws {TypeError} If an argument holds no numbers, the shapes differ, or there is nothing to
 * bin by.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, `binWidth` is not above
 * 0, or the thresholds are out of order.
 *
 * @example Label 0 was seen 150 times, label 9 once
 * ```ts
 * import { meanAbsoluteError, shotwise } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const trainLabels = [...new Array(150).fill(0), 9];
 * const mae = await shotwise(meanAbsoluteError, [1, 1, 5], [0, 0, 9], trainLabels);
 * assertEquals(mae, { overall: 2, many: 1, medium: NaN, few: 4 });
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021.
 */
export async function shotwise(
  metric: Metric,
  pred: Values,
  target: Values,
  trainLabels: Values | LabelCounts,
  options: ShotOptions = {},
): Promise<ShotwiseValues> {
  const what = "shot-wise metric";
  checkMetric(metric, what, "metric, pred, target, trainLabels");
  const rule = checkLabelBins(what, options, ["binBy", "many", "few"]);
  const thresholds = checkShots(what, options);
  const [{ labels, ...pair }, train] = await all([
    readBinned(what, pred, target, options),
    readTrainingLabels(what, trainLabels),
  ]);
  const { bins, places } = occupiedBins([train.values, labels], rule, `Cannot compute ${what}`);
  const counts = countPlaces(places[0]!, bins.length, train.counts);
  const shots = Array.from(counts, (count) => shotOf(count, thresholds));
  const rows = rowsByShot(shotRows(places[1]!, shots));
  return {
    overall: await metricOver(metric, pair, what),
    many: await metricOver(metric, pair, what, rows.many),
    medium: await metricOver(metric, pair, what, rows.medium),
    few: await metricOver(metric, pair, what, rows.few),
  };
}
