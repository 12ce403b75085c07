/**
 * The sum of many numbers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/**
 * Numbers of a part. A thread of tfjs's WebGPU kernel then adds a few, not every 256th of millions.
 */
const PART = 1024;

/**
 * `tf.sum(x)` by parts, then by parts of these: float32 sums of millions of like numbers in one go
 * are off by 1e-5 to 1e-3, since each addition rounds the same way.
 */
export function longSum(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((x, save) => {
    const values = x as tf.Tensor;
    (save as tf.GradSaveFunc)([values]); // for its shape
    return {
      value: sumOfParts(tf.reshape(values, [values.size])),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.onesLike(saved[0]!)),
    };
  })(x);
}

function sumOfParts(x: tf.Tensor): tf.Tensor {
  if (x.size <= 2 * PART) return tf.sum(x);
  const whole = x.size - x.size % PART;
  const parts = tf.reshape(whole === x.size ? x : tf.slice(x, 0, whole), [-1, PART]);
  const sum = sumOfParts(tf.sum(parts, 1));
  return whole === x.size ? sum : tf.add(sum, tf.sum(tf.slice(x, whole)));
}
