/**
 * From one value a row to the result of a loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import type { RowTensors } from "./row_tensors.ts";

/**
 * Weights, masks and reduces the rows' values.
 *
 * `mean = sum_i mask_i weight_i row_i / sum_i mask_i`, and 0 where no row is left. A masked row may be
 * NaN: it is replaced before it is summed, and the gradient that flows back into it is exactly 0. Since
 * 0 times NaN is NaN, whoever computes the rows must have finite derivatives there (see
 * {@linkcode differenceLoss}, which replaces the masked inputs).
 *
 * @param rows One value a row, `[N]`.
 * @param options Checked weights, mask and reduction.
 * @returns `[]`, or `[N]` for reduction `"none"`.
 */
export function reduceRows(rows: Tensor, { weights, mask, reduction }: RowTensors): Tensor {
  return tf.tidy(() => {
    // Weights are masked as well: they too may be NaN there, and they multiply the gradient.
    const keep = (x: Tensor) => mask ? tf.where(mask, x, tf.zerosLike(x)) : x;
    const values = weights ? tf.mul(keep(rows), keep(weights)) : keep(rows);
    if (reduction === "none") return values === rows ? rows.clone() : values;
    const sum = tf.sum(values);
    if (reduction === "sum") return sum;
    const count = mask ? tf.maximum(tf.sum(tf.cast(mask, "float32")), 1) : rows.size;
    return tf.div(sum, count);
  });
}
