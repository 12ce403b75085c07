/** The work that is timed: a loss and the gradient of its predictions. */
import * as tf from "@tensorflow/tfjs";
import { bmcLoss, type Method } from "../../mod.ts";

/** BMC by a method, for noise of a variance and perhaps a mask. */
export function bmcBy(method: Method, noiseVar: number, mask?: tf.Tensor1D) {
  return (pred: tf.Tensor, target: tf.Tensor) =>
    bmcLoss(pred, target, noiseVar, { method, ...(mask && { mask }) }) as tf.Scalar;
}

/** The gradient of pred, for which the loss is computed, too. */
export function lossAndGradient(
  loss: (pred: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar,
  pred: tf.Tensor2D,
  target: tf.Tensor2D,
): () => tf.Tensor {
  return () => tf.tidy(() => tf.grad((p) => loss(p as tf.Tensor2D, target))(pred));
}
