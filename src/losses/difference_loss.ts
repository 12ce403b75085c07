/**
 * What the comparison losses have in common: each is a function of `pred - target`, element by
 * element.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { provideGradients, SUB, SUM } from "../kernels/gradients.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkRows } from "./check_rows.ts";
import { keepRows } from "./keep_rows.ts";
import { reduceRows } from "./reduce_rows.ts";
import type { RowOptions } from "./row_options.ts";
import { rowTensors } from "./row_tensors.ts";

provideGradients(SUB, SUM);

/**
 * Sums `element(pred - target)` over a row's dimensions, then weighs, masks and reduces the rows.
 *
 * @param action The loss in words, for errors.
 * @param element The loss of each difference, in its shape; tfjs differentiates it. Masked rows are
 * differences of 0 to it.
 */
export function differenceLoss(
  action: string,
  pred: Tensor,
  target: Tensor,
  options: RowOptions,
  element: (difference: Tensor) => Tensor,
): LossValue {
  return tf.tidy(() => {
    checkRows(pred, target, action);
    const row = rowTensors(options, pred.shape[0]!, action);
    const difference = tf.sub(pred, asFloat32(target));
    const losses = element(row.mask ? keepRows(difference, row.mask) : difference);
    return reduceRows(losses.rank === 1 ? losses : tf.sum(losses, 1), row) as LossValue;
  });
}
