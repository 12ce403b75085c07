/**
 * The focal mean squared error (focal-R).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { MULTIPLY, provideGradients, SQUARE } from "../kernels/gradients.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { differenceLoss } from "./difference_loss.ts";
import { focalFactor, type FocalOptions } from "./focal.ts";

provideGradients(MULTIPLY, SQUARE);

/**
 * Focal mean squared error, plain or re-weighted: the sum over a row's dimensions of
 * `x^2 (2 sigmoid(beta |x|) - 1)^gamma`, where `x = pred - target`.
 *
 * Choose it to compare with focal-R, which attends to what is predicted badly instead of to what is
 * rare. It needs no label density; noise and outliers count as badly predicted.
 *
 * A row's loss is the sum over its D dimensions, not their mean, as for {@linkcode mseLoss}. The
 * factor is differentiated, as in the authors' code.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options `activation`, `beta`, `gamma`, weights, mask and reduction.
 * @returns The loss, from 0 to {@linkcode mseLoss}'s, `[]`, or `[N]` for reduction `"none"`; in
 * units of the label squared. NaN elements give NaN, unless masked.
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
 * import { focalMseLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = focalMseLoss(tf.tensor1d([0, 5]), tf.zeros([2]));
 * // beta |x| = 1; 2 sigmoid(1) - 1 = 0.4621172
 * assertAlmostEquals((await loss.data())[0]!, (0 + 25 * 0.4621172) / 2, 1e-5);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021; `weighted_focal_mse_loss`
 * in its code.
 */
export function focalMseLoss(pred: Tensor, target: Tensor, options: FocalOptions = {}): LossValue {
  const factor = focalFactor(options, "focal MSE");
  return differenceLoss(
    "focal MSE",
    pred,
    target,
    options,
    (difference) => tf.mul(tf.square(difference), factor(absolute(difference))),
  );
}
