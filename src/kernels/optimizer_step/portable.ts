/**
 * The optimizer-step kernel in tfjs operations: for `webgl`, `wasm`, `node` and others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type {
  AdamAttrs,
  MomentumAttrs,
  OptimizerStepAttrs,
  OptimizerStepInputs,
} from "./contract.ts";

/** See {@linkcode OptimizerStepInputs}. */
export const optimizerStepPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as OptimizerStepInputs<tf.Tensor>;
  const step = attrs as unknown as OptimizerStepAttrs;
  return tf.tidy(() =>
    step.rule === "momentum" ? momentumStep(tensors, step) : adamStep(tensors, step)
  );
};

type Tensors = OptimizerStepInputs<tf.Tensor>;

function momentumStep(
  { value, gradient, first }: Tensors,
  { rate, momentum, nesterov }: MomentumAttrs,
): tf.Tensor[] {
  const velocity = tf.add(tf.mul(first, momentum), gradient);
  const direction = nesterov ? tf.add(gradient, tf.mul(velocity, momentum)) : velocity;
  return [tf.sub(value, tf.mul(direction, rate)), velocity];
}

function adamStep(
  { value, gradient, first, second }: Tensors,
  { rate, beta1, beta2, epsilon, correction, keep, l2 }: AdamAttrs,
): tf.Tensor[] {
  const slope = l2 === 0 ? gradient : tf.add(gradient, tf.mul(value, l2));
  const m = tf.add(tf.mul(first, beta1), tf.mul(slope, 1 - beta1));
  const v = tf.add(tf.mul(second!, beta2), tf.mul(tf.square(slope), 1 - beta2));
  const scale = tf.add(tf.sqrt(tf.mul(v, correction)), epsilon);
  return [tf.sub(tf.mul(value, keep), tf.div(tf.mul(m, rate), scale)), m, v];
}
