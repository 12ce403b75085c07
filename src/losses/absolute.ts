/**
 * The absolute value with a gradient that is right at 0.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";

/**
 * `|x|`, whose derivative is `sign(x)`: 0 at 0, where `tf.abs` has -1, and NaN at NaN.
 *
 * With `tf.abs` a prediction that equals its label would be pushed off it.
 */
export function absolute(x: Tensor): Tensor {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as Tensor]);
    return {
      value: tf.abs(x as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x] = saved as [Tensor];
        // tf.sign(NaN) is 0; 0 times NaN is NaN.
        return tf.mul(dy, tf.add(tf.sign(x), tf.mul(x, 0)));
      },
    };
  })(x);
}
