/**
 * The focal mean absolute error (focal-R).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { MULTIPLY, provideGradients } from "../kernels/gradients.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { differenceLoss } from "./difference_loss.ts";
import { focalFactor, type FocalOptions } from "./focal.ts";

provideGradients(MULTIPLY);

/**
 * Focal mean absolute error, plain or re-weighted: the sum over a row's dimensions of
 * `|x| (2 sigmoid(beta |x|) - 1)^gamma`, where `x = pred - target`.
 *
 * Choose it to compare with focal-R where {@linkcode maeLoss} is the baseline. Unlike MAE it is
 * smooth at 0 for `gamma` above 0.
 *
 * A row's loss is the sum over its D dimensions, not their mean, as for {@linkcode mseLoss}. The
 * factor is differentiated, as in the authors' code.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options `activation`, `beta`, `gamma`, weights, mask and reduction.
 * @returns The loss, from 0 to {@linkcode maeLoss}'s, `[]`, or `[N]` for reduction `"none"`; in
 * units of the label. NaN elements give NaN, unless masked.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), an array has a wrong length, a tensor is disposed, or an option is unknown or of
 * the wrong kind.
 * @throws {RangeError} If the batch is empty, `beta` is not above 0, `gamma` is below 0,
 * `activation` or `reduction` is none that there is, or an array of weights holds a negative or NaN
 * value or nothing but 0.
 *
 * @example Errors of 0 and 5
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { focalMaeLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = focalMaeLoss(tf.tensor1d([0, 5]), tf.zeros([2]), { activation: "tanh" });
 * // beta |x| = 1; tanh(1) = 0.7615942
 * assertAlmostEquals((await loss.data())[0]!, (0 + 5 * 0.7615942) / 2, 1e-6);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021; `weighted_focal_l1_loss` in
 * its code.
 */
export function focalMaeLoss(pred: Tensor, target: Tensor, options: FocalOptions = {}): LossValue {
  const factor = focalFactor(options, "focal MAE");
  return differenceLoss("focal MAE", pred, target, options, (difference) => {
    const size = absolute(difference);
    return tf.mul(size, factor(size));
  });
}
