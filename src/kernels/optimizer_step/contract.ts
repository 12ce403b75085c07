/**
 * The contract that every implementation of the optimizer-step kernel fulfils.
 *
 * One call updates one variable and its moments, element by element. With g the gradient,
 *
 *     momentum   first'  = momentum first + g
 *                value'  = value - rate first'     (Nesterov: g + momentum first' for first')
 *     adam       first'  = beta1 first + (1 - beta1) (g + l2 value)
 *                second' = beta2 second + (1 - beta2) (g + l2 value)^2
 *                value'  = keep value - rate first' / (sqrt(correction second') + epsilon)
 *
 * The outputs are new tensors, value' and the moments', in the order of the inputs: what else holds
 * the old ones, a clone say, keeps its numbers.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** The kernel's name in tfjs's registry. */
export const OPTIMIZER_STEP = "BalancedMseOptimizerStep";

/** Attributes of stochastic gradient descent with momentum. */
export interface MomentumAttrs {
  rule: "momentum";
  /** The learning rate. */
  rate: number;
  momentum: number;
  nesterov: boolean;
}

/**
 * Attributes of Adam and AdamW; the step's number is in `rate` and `correction`, which the host
 * knows in float64.
 */
export interface AdamAttrs {
  rule: "adam";
  /** The learning rate over `1 - beta1^step`. */
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** `1 / (1 - beta2^step)`. */
  correction: number;
  /** What decay leaves of the value: 1 for Adam, 1 - learning rate times weight decay for AdamW. */
  keep: number;
  /** How much of the value is added to the gradient; 0 for AdamW. */
  l2: number;
}

/** Attributes of {@linkcode OPTIMIZER_STEP}. */
export type OptimizerStepAttrs = MomentumAttrs | AdamAttrs;

/** Inputs of {@linkcode OPTIMIZER_STEP}, all float32 and of one shape, any. */
export interface OptimizerStepInputs<T = tf.TensorInfo> {
  value: T;
  gradient: T;
  /** The velocity of momentum, the first moment of Adam. */
  first: T;
  /** The second moment of Adam; only there. */
  second?: T;
}
