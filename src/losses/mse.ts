/**
 * The mean squared error.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { provideGradients, SQUARE } from "../kernels/gradients.ts";
import { checkOptions } from "../check/check_options.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { differenceLoss } from "./difference_loss.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";

provideGradients(SQUARE);

/**
 * Mean squared error, plain or re-weighted: `loss_i = weight_i |pred_i - target_i|^2`.
 *
 * Choose it as the baseline, or with `weights` from the label density to compare Balanced MSE with
 * re-weighting. On imbalanced labels it answers the average of the crowd: see {@linkcode bmcLoss}.
 *
 * A row's loss is the sum over its D dimensions, not their mean as in `tf.losses.meanSquaredError`
 * and PyTorch: the units and size of the Balanced MSE losses, whose gradient tends to this one's.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options Weights, mask and reduction.
 * @returns The loss, never below 0, `[]`, or `[N]` for reduction `"none"`; in units of the label
 * squared. NaN elements give NaN, unless masked.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), an array has a wrong length, a tensor is disposed, or an option is unknown or of
 * the wrong kind.
 * @throws {RangeError} If the batch is empty, `reduction` is none that there is, or an array of
 * weights holds a negative or NaN value or nothing but 0.
 *
 * @example Two rows of two dimensions
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { mseLoss } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const [pred, target] = [tf.tensor2d([[3, 4], [0, 1]]), tf.zeros([2, 2])];
 * assertEquals((await mseLoss(pred, target).data())[0], (25 + 1) / 2);
 * // Re-weighted: the sum of the weighted rows is still divided by the number of rows.
 * assertEquals((await mseLoss(pred, target, { weights: [1, 3] }).data())[0], (25 + 3 * 1) / 2);
 * ```
 *
 * @see `weighted_mse_loss` in the code of Yang et al., Delving into Deep Imbalanced Regression,
 * ICML 2021.
 */
export function mseLoss(pred: Tensor, target: Tensor, options: RowOptions = {}): LossValue {
  checkOptions(options, ROW_OPTIONS, "Cannot compute MSE");
  return differenceLoss("MSE", pred, target, options, tf.square);
}
