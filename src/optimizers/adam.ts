/**
 * Adam, fused.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { AdamOptimizer } from "./adam_optimizer.ts";
import { checkHyperparameters } from "./check_hyperparameters.ts";
import type { FusedOptimizer } from "./fused_optimizer.ts";

/**
 * Adam: `tf.train.adam` with one kernel a variable instead of fourteen operations.
 *
 *     m = beta1 m + (1 - beta1) gradient
 *     v = beta2 v + (1 - beta2) gradient^2
 *     variable = variable - learningRate m' / (sqrt(v') + epsilon)
 *     m' = m / (1 - beta1^step), v' likewise
 *
 * Choose it for most models, and wherever `tf.train.adam` was. Steps are tfjs's, with the bias
 * corrections in float64; `getWeights` and `setWeights` exchange with it.
 *
 * @param learningRate The learning rate, at least 0: about what a step changes an element by.
 * Default 0.001.
 * @param beta1 The decay of the gradient's mean, in [0, 1). Default 0.9.
 * @param beta2 The decay of the squared gradient's mean, in [0, 1). Default 0.999.
 * @param epsilon What keeps the division finite, at least 0. Default the backend's, 1e-7 in
 * float32.
 * @returns A tfjs optimizer, for `train`, `model.compile` or `minimize`.
 * @throws {TypeError} If an argument is of the wrong kind.
 * @throws {RangeError} If a number is out of its range, or none that float32 holds.
 *
 * @example The first step is as long as the learning rate
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { adam } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(1));
 * const optimizer = adam(0.1);
 * optimizer.minimize(() => tf.mul(slope, 500), false, [slope]);
 * assertAlmostEquals((await slope.data())[0]!, 0.9, 1e-6);
 * optimizer.dispose();
 * ```
 *
 * @see Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015.
 */
export function adam(
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon: number = tf.backend().epsilon(),
): FusedOptimizer {
  checkHyperparameters("adam", { learningRate, epsilon }, { beta1, beta2 });
  return new AdamOptimizer(learningRate, beta1, beta2, epsilon);
}
