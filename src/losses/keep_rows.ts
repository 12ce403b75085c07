/**
 * Zeros in place of masked rows.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";

/**
 * `x` with its masked rows replaced by 0; the gradient is replaced in the same way, so that NaN
 * gets through in neither direction.
 *
 * `tf.where` alone multiplies the gradient by 0, and 0 times NaN is NaN. Nor does tfjs's tape see
 * the mask here: one computed from the predictions has no gradient to follow.
 *
 * @param x `[N]` or `[N, D]`.
 * @param mask `[N]`, bool: the rows to keep.
 */
export function keepRows(x: Tensor, mask: Tensor): Tensor {
  const choose = (values: Tensor, mask: Tensor) => {
    const rows = values.rank === 1 ? mask : tf.expandDims(mask, 1);
    return tf.where(rows, values, tf.zerosLike(values));
  };
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([mask]);
    return {
      value: choose(x as Tensor, mask),
      gradFunc: (dy: Tensor, saved: Tensor[]) => choose(dy, saved[0]!),
    };
  })(x);
}
