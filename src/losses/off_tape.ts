/**
 * Tensors that no gradient flows into.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * The value of `compute`, a constant to every derivative: tfjs's tape sees neither it nor what it
 * was made of. tfjs has no stop-gradient of its own.
 */
export function offTape(compute: () => tf.Tensor): tf.Tensor {
  return tf.customGrad((x) => ({
    value: compute(),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }))(tf.scalar(0));
}
