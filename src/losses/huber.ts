/**
 * The Huber loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { LossValue, Tensor } from "../tensor.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { differenceLoss } from "./difference_loss.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";

/** Options of {@linkcode huberLoss}. */
export interface HuberOptions extends RowOptions {
  /** Up to which error the loss is quadratic, above 0, in units of the label. Default 1. */
  readonly delta?: number | undefined;
}

/**
 * Huber loss, plain or re-weighted: the sum over a row's dimensions of `x^2 / 2` where
 * `|x| = |pred - target|` is at most `delta`, and of `delta (|x| - delta / 2)` beyond.
 *
 * Choose it as a baseline between {@linkcode mseLoss} and {@linkcode maeLoss}: smooth at 0, and
 * outliers pull no harder than `delta`.
 *
 * Conventions differ. This is Huber's own, as in `tf.losses.huberLoss` and PyTorch's `HuberLoss`:
 * half of {@linkcode mseLoss} for small errors. The smooth L1 loss of Yang et al. is it divided by
 * `delta`; at 1 they agree. A row's loss is the sum over its D dimensions, not their mean.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options `delta`, weights, mask and reduction.
 * @returns The loss, never below 0, `[]`, or `[N]` for reduction `"none"`; in units of the label
 * squared. NaN elements give NaN, unless masked.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), an array has a wrong length, a tensor is disposed, or an option is unknown or of
 * the wrong kind.
 * @throws {RangeError} If the batch is empty, `delta` is not above 0, `reduction` is none that
 * there is, or an array of weights holds a negative or NaN value or nothing but 0.
 *
 * @example A small error and a large one
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { huberLoss } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const loss = huberLoss(tf.tensor1d([1, -9]), tf.zeros([2]), { delta: 2, reduction: "none" });
 * assertEquals([...await loss.data()], [1 / 2, 2 * (9 - 1)]);
 * ```
 *
 * @see Huber, Robust Estimation of a Location Parameter, 1964; `weighted_huber_loss` in the code of
 * Yang et al., Delving into Deep Imbalanced Regression, ICML 2021.
 */
export function huberLoss(pred: Tensor, target: Tensor, options: HuberOptions = {}): LossValue {
  const claim = "Cannot compute Huber loss";
  checkOptions(options, [...ROW_OPTIONS, "delta"], claim);
  const { delta = 1 } = options;
  checkNumber(delta, "delta", claim, { above: 0, float32: true });
  return differenceLoss(
    "Huber loss",
    pred,
    target,
    options,
    // With a gradient of its own, as tfjs differentiates a clip once, but not twice.
    tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as Tensor]);
      const size = tf.abs(x as Tensor);
      // Both branches in one, and no square to overflow: x^2 / 2 where the clip does nothing.
      const clipped = tf.clipByValue(size, 0, delta);
      return {
        value: tf.mul(clipped, tf.sub(size, tf.mul(clipped, 0.5))),
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf.mul(dy, tf.clipByValue(saved[0]!, -delta, delta)),
      };
    }),
  );
}
