/**
 * The mean absolute error.
 *
 * @module
 */
import { checkOptions } from "../check/check_options.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { differenceLoss } from "./difference_loss.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";

/**
 * Mean absolute error, plain or re-weighted: `loss_i = weight_i sum_d |pred_id - target_id|`.
 *
 * Choose it as a baseline that outliers move less than {@linkcode mseLoss}: it learns the median.
 * It is no less drawn to the crowd on imbalanced labels.
 *
 * A row's loss is the sum over its D dimensions, not their mean, as for {@linkcode mseLoss}. Where
 * a prediction equals its label the gradient is 0 (`tf.abs` has -1 there).
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options Weights, mask and reduction.
 * @returns The loss, never below 0, `[]`, or `[N]` for reduction `"none"`; in units of the label.
 * NaN elements give NaN, unless masked.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), an array has a wrong length, a tensor is disposed, or an option is unknown or of
 * the wrong kind.
 * @throws {RangeError} If the batch is empty, `reduction` is none that there is, or an array of
 * weights holds a negative or NaN value or nothing but 0.
 *
 * @example Rows left out
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { maeLoss } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const [pred, target] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([0, NaN, 6])];
 * const loss = maeLoss(pred, target, { mask: [true, false, true] });
 * assertEquals((await loss.data())[0], (1 + 3) / 2);
 * ```
 *
 * @see `weighted_l1_loss` in the code of Yang et al., Delving into Deep Imbalanced Regression, ICML
 * 2021.
 */
export function maeLoss(pred: Tensor, target: Tensor, options: RowOptions = {}): LossValue {
  checkOptions(options, ROW_OPTIONS, "Cannot compute MAE");
  return differenceLoss("MAE", pred, target, options, absolute);
}
