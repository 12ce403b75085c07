/**
 * The balanced mean absolute error, as a metric.
 *
 * @module
 */
import { balancedError } from "./balanced_error.ts";
import type { LabelBinOptions } from "./label_bin_options.ts";
import type { Values } from "./values.ts";

/**
 * Balanced MAE: the mean over the label bins of the MAE within each.
 *
 * Choose it as the one number of a test set that is as imbalanced as the training set: every label
 * range that occurs in it counts alike. Bins of a few rows make it noisy: then take wider ones. On
 * a test set with as many rows in every bin it is the plain MAE.
 *
 * For any other error, of joints say, and for its values by shot choose {@linkcode balanced}.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`, in units of the label; not joints
 * `[N, J, 3]`, of which a number by coordinate is no error of a pose.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @param options The bins; `binBy` is needed where labels are not `[N]`.
 * @returns The error, in units of the label. Bins without a row of the test set do not count.
 * @throws {TypeError} If an argument holds no numbers, the shapes differ, there is nothing to bin
 * by, or rows are joints `[N, J, 3]`.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, or `binWidth` is not
 * above 0.
 *
 * @example Three rows of label 0 and one of label 9
 * ```ts
 * import { balancedMeanAbsoluteError } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * // 1 within label 0, 3 within label 9
 * assertEquals(await balancedMeanAbsoluteError([1, 1, 1, 6], [0, 0, 0, 9]), 2);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, and its code's
 * `balanced_metrics`.
 */
export function balancedMeanAbsoluteError(
  pred: Values,
  target: Values,
  options: LabelBinOptions = {},
): Promise<number> {
  return balancedError("balanced MAE", pred, target, options, Math.abs);
}
