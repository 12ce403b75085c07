/**
 * Gradients held to a length.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import { freeGradients, type Gradients } from "./gradients.ts";
import type { GradientStage } from "./training_step.ts";

/**
 * Scales all gradients together so that their norm, as of one vector, is at most `most`; shorter
 * ones stay bit by bit. Nothing is read back.
 */
export function clipNorm(most: number): GradientStage {
  return (gradients: Gradients) => {
    const tensors = tf.tidy(() => {
      const factor = factorOf(gradients.tensors.filter((tensor) => tensor !== undefined), most);
      return gradients.tensors.map((tensor) => tensor && tf.mul(tensor, factor));
    });
    const loss = gradients.loss.clone();
    freeGradients(gradients);
    return { loss, tensors };
  };
}

/**
 * `min(1, most / norm)`, by way of the greatest element: squares of gradients beyond 1e19 overflow.
 */
function factorOf(gradients: readonly Tensor[], most: number): Tensor {
  const greatest = tf.max(tf.stack(gradients.map((gradient) => tf.max(tf.abs(gradient)))));
  const unit = tf.maximum(greatest, 1e-30); // all zeros stay zeros
  const squares = gradients.map((gradient) => tf.sum(tf.square(tf.div(gradient, unit))));
  // At least 1, the greatest element's own.
  const length = tf.sqrt(tf.maximum(tf.sum(tf.stack(squares)), 1));
  return tf.minimum(tf.div(tf.div(most, unit), length), 1);
}
