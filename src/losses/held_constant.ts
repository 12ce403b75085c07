/**
 * A tensor that no gradient flows into.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** The same value; its derivative is 0. tfjs has no stop-gradient of its own. */
export function heldConstant(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }))(x);
}
