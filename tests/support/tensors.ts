/** Problems of plain numbers as calls of the module. */
import * as tf from "@tensorflow/tfjs";
import { balancedMse, type BalancedMseOptions } from "../../mod.ts";
import type { Prior, Problem } from "./reference.ts";

export function priorTensors(
  { center, logWeight, variance }: Prior,
): { center: tf.Tensor; logWeight?: tf.Tensor; variance?: tf.Tensor } {
  return {
    center: tf.tensor2d(center),
    ...(logWeight && { logWeight: tf.tensor1d(logWeight) }),
    ...(variance && { variance: tf.tensor2d(variance) }),
  };
}

/** The problem's loss as a function of `pred` and `noiseVar`. */
export function lossOf({ target, prior }: Problem, options?: BalancedMseOptions) {
  const labels = tf.tensor2d(target);
  const columns = prior.center === target ? { center: labels } : priorTensors(prior);
  return (pred: tf.Tensor, noiseVar: tf.Tensor | number): tf.Scalar =>
    balancedMse(pred, labels, noiseVar, columns, options);
}

export function predTensor({ pred }: Problem): tf.Tensor2D {
  return tf.tensor2d(pred);
}
