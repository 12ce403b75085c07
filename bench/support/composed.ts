/** The baseline: BMC composed of tfjs operations, differentiated by tfjs; stores [N, N] and [N, N, D]. */
import * as tf from "@tensorflow/tfjs";

export function composedBmc(pred: tf.Tensor2D, target: tf.Tensor2D, noiseVar: number): tf.Scalar {
  return tf.tidy(() => {
    const gap = pred.shape[1] === 1
      ? tf.sub(pred, tf.transpose(target)) // [N, N]
      : tf.sub(tf.expandDims(pred, 1), tf.expandDims(target, 0)); // [N, N, D]
    const squares = pred.shape[1] === 1 ? tf.square(gap) : tf.sum(tf.square(gap), 2);
    const mass = tf.logSumExp(tf.mul(squares, -0.5 / noiseVar), 1);
    const residual = tf.sum(tf.squaredDifference(pred, target), 1);
    const rows = tf.add(tf.mul(residual, 0.5 / noiseVar), mass);
    return tf.mul(tf.mean(rows), 2 * noiseVar);
  });
}
