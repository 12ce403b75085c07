/**
 * From one value a row to the result of a loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { COPY, DIVIDE, MULTIPLY, provideGradients } from "../kernels/gradients.ts";
import { longSum } from "../kernels/long_sum.ts";
import type { Tensor } from "../tensor.ts";
import { keepRows } from "./keep_rows.ts";
import { offTape } from "./off_tape.ts";
import type { RowTensors } from "./row_tensors.ts";

provideGradients(COPY, DIVIDE, MULTIPLY);

/**
 * Weights, masks and reduces the rows' values.
 *
 * `mean = sum_i mask_i weight_i row_i / sum_i mask_i`, and 0 where no row is left. A masked row may
 * be NaN: it is replaced before it is summed, and the gradient that flows back into it is exactly
 * 0. Since 0 times NaN is NaN, whoever computes the rows must still have finite derivatives there:
 * mask the inputs with {@linkcode keepRows}, as {@linkcode differenceLoss} does.
 *
 * @param rows One value a row, `[N]`.
 * @param options Checked weights, mask and reduction.
 * @returns `[]`, or `[N]` for reduction `"none"`.
 */
export function reduceRows(rows: Tensor, { weights, mask, reduction }: RowTensors): Tensor {
  return tf.tidy(() => {
    // Weights are masked as well: they too may be NaN there, and they multiply the gradient.
    const keep = (x: Tensor) => mask ? keepRows(x, mask) : x;
    const values = weights ? tf.mul(keep(rows), keep(weights)) : keep(rows);
    if (reduction === "none") return values === rows ? rows.clone() : values;
    const sum = longSum(values);
    if (reduction === "sum") return sum;
    if (!mask) return tf.div(sum, rows.size);
    return tf.div(sum, offTape(() => tf.maximum(tf.sum(tf.cast(mask, "float32")), 1)));
  });
}
