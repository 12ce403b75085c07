/**
 * A clip that what is trained can leave again.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Clips a variable. Its gradient is 0 where a step against it would lead from a bound outwards, and
 * else what it is. A plain clip's is 0 beyond the bounds in both directions: there, it would never
 * come back.
 */
export function clipInwards(variable: tf.Tensor, least: number, most: number): tf.Tensor {
  const clip = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.clipByValue(x as tf.Tensor, least, most),
      gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) => inwards(dy, x!, least, most),
    };
  });
  return clip(variable);
}

function inwards(dy: tf.Tensor, value: tf.Tensor, least: number, most: number): tf.Tensor {
  const up = tf.logicalAnd(tf.greaterEqual(value, most), tf.less(dy, 0));
  const down = tf.logicalAnd(tf.lessEqual(value, least), tf.greater(dy, 0));
  return tf.where(tf.logicalOr(up, down), tf.zerosLike(dy), dy);
}
