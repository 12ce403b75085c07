/**
 * Whether weights are finite, without reading them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "../tensor.ts";

/** 0 on the device if all elements of all variables are finite, else NaN: x times 0 is. */
export function zeroIfFinite(variables: readonly Variable[]): Tensor {
  return tf.tidy(() => {
    const sums = variables.map((variable) => tf.sum(tf.mul(variable, 0)));
    return tf.sum(tf.stack(sums));
  });
}
