/**
 * Zeros in place of masked rows.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";

/**
 * `x` with its masked rows replaced, by 0 unless told otherwise; their gradient is replaced by 0,
 * so that NaN gets through in neither direction.
 *
 * `tf.where` alone multiplies the gradient by 0, and 0 times NaN is NaN. Nor does tfjs's tape see
 * the mask here: one computed from the predictions has no gradient to follow.
 *
 * @param x `[N]` or `[N, D]`.
 * @param mask `[N]`, bool: the rows to keep.
 * @param other What masked rows are replaced by.
 */
export function keepRows(x: Tensor, mask: Tensor, other = 0): Tensor {
  const choose = (values: Tensor, mask: Tensor, other: number) => {
    const rows = values.rank === 1 ? mask : tf.expandDims(mask, 1);
    return tf.where(rows, values, tf.fill(values.shape, other));
  };
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([mask]);
    return {
      value: choose(x as Tensor, mask, other),
      gradFunc: (dy: Tensor, saved: Tensor[]) => choose(dy, saved[0]!, 0),
    };
  })(x);
}
