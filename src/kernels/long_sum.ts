/**
 * Sums of many numbers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

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
      value: tf.reshape(longSums(tf.reshape(values, [1, values.size])), []),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.onesLike(saved[0]!)),
    };
  })(x);
}

/** The same of every row of `[P, N]`, without a gradient. */
export function longSums(x: tf.Tensor): tf.Tensor {
  const [rows, size] = x.shape as [number, number];
  if (size <= 2 * PART) return tf.sum(x, 1);
  const whole = size - size % PART;
  const head = whole === size ? x : tf.slice(x, [0, 0], [rows, whole]);
  const sums = longSums(tf.sum(tf.reshape(head, [rows, -1, PART]), 2));
  return whole === size ? sums : tf.add(sums, tf.sum(tf.slice(x, [0, whole]), 1));
}

/**
 * `[N, W]` summed to a shape that it was broadcast from: `[]`, `[W]` or `[1]`, `[N, 1]` or its own.
 */
export function sumTo(x: tf.Tensor, shape: number[]): tf.Tensor {
  return tf.tidy(() => {
    const [rows, width] = x.shape as [number, number];
    if (shape.length === 2) {
      const sum = shape[1] === width ? x : tf.sum(x, 1, true);
      return tf.reshape(sum, [rows, shape[1]!]);
    }
    const sums = shape[0] === width
      ? longSums(tf.transpose(x))
      : longSums(tf.reshape(x, [1, rows * width]));
    return tf.reshape(sums, shape);
  });
}
