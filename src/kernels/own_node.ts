/**
 * Nodes of tfjs's tape.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * A node of the tape, as `tf.customGrad` makes it, but whose gradients are computed where they are
 * needed. The tape knows one output: of each that a registered kernel has and no loss depends on,
 * as statistics and what is saved between, tfjs makes zeros of its size as the gradient.
 */
export function ownNode(
  forwardFunc: (backend: unknown, save: tf.GradSaveFunc) => tf.Tensor4D,
  backwardsFunc: (
    dy: tf.Tensor4D,
    saved: tf.Tensor[],
  ) => Readonly<Record<string, () => tf.Tensor>>,
  inputs: Readonly<Record<string, tf.Tensor>>,
): tf.Tensor4D {
  const engine = tf.engine() as unknown as {
    runKernelFunc(node: object): tf.Tensor4D;
  };
  return engine.runKernelFunc({ forwardFunc, backwardsFunc, inputs });
}
