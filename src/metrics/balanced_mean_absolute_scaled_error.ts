/**
 * The balanced mean absolute scaled error, as a metric.
 *
 * @module
 */
import type { LabelCounts } from "../bins/label_counts.ts";
import { sortFloat64 } from "../kernels/radix_sort/float64.ts";
import { balancedError } from "./balanced_error.ts";
import { checkLabelBins, type LabelBinOptions } from "./label_bin_options.ts";
import { readTrainingLabels, type TrainingLabels } from "./training_labels.ts";
import { all, type Pair, readColumn, type Values } from "./values.ts";

/**
 * Balanced MASE: the balanced MAE, divided by that of a model that always answers the median of the
 * training labels.
 *
 * Choose it to compare data sets or units: 1 is as good as knowing nothing but the training labels,
 * 0 is perfect. As every label range counts alike, a model that answers the crowd is near 1 however
 * small its plain MAE. The scaling is Hyndman and Koehler's idea; their baseline, the value before,
 * is one of time series.
 *
 * @param pred Predictions `[N]` or `[N, 1]`, in units of the label.
 * @param target Labels, `[N]` or `[N, 1]`.
 * @param trainLabels Labels of the training set, `[M]`, `[M, 1]` or as {@linkcode LabelCounts}, in
 * units of the label.
 * @param options The bins.
 * @returns The ratio, without unit. Infinity or NaN where every label of the test set is the
 * median.
 * @throws {TypeError} If an argument holds no numbers or is not one number a row, or the lengths
 * differ.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, or `binWidth` is not
 * above 0.
 *
 * @example Labels 0 and 9; the training median is 0
 * ```ts
 * import { balancedMeanAbsoluteScaledError } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * // Balanced MAE 2 of the model; (0 + 9) / 2 of the median.
 * const trainLabels = [0, 0, 0, 9];
 * const ratio = await balancedMeanAbsoluteScaledError([1, 1, 1, 6], [0, 0, 0, 9], trainLabels);
 * assertEquals(ratio, 2 / 4.5);
 * ```
 *
 * @see Hyndman and Koehler, Another look at measures of forecast accuracy, International Journal of
 * Forecasting 22, 2006 (MASE).
 */
export async function balancedMeanAbsoluteScaledError(
  pred: Values,
  target: Values,
  trainLabels: Values | LabelCounts,
  options: LabelBinOptions = {},
): Promise<number> {
  const what = "balanced MASE";
  checkLabelBins(what, options, ["binBy"]);
  const [p, t, train] = await all<[Pair["pred"], Pair["target"], TrainingLabels]>([
    readColumn(what, "pred", pred),
    readColumn(what, "target", target),
    readTrainingLabels(what, trainLabels),
  ]);
  const baseline = new Float64Array(t.length).fill(median(train));
  return await balancedError(what, p, t, options, Math.abs) /
    await balancedError(what, baseline, t, options, Math.abs);
}

/** Of an even number of labels the middle of the middle two. */
function median({ values, counts }: TrainingLabels): number {
  const { order, values: sorted } = sortFloat64(values);
  const times = (k: number) => counts?.[order[k]!] ?? 1;
  const half = sorted.reduce((sum, _, k) => sum + times(k), 0) / 2;
  let [passed, k] = [times(0), 0];
  while (passed < half) passed += times(++k);
  return passed > half ? sorted[k]! : (sorted[k]! + sorted[k + 1]!) / 2;
}
