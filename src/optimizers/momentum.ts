/**
 * Stochastic gradient descent with momentum, fused.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { checkBoolean } from "../check/check_boolean.ts";
import type { MomentumAttrs } from "../kernels/optimizer_step/contract.ts";
import { checkHyperparameters } from "./check_hyperparameters.ts";
import { type FusedOptimizer, MomentsOptimizer } from "./fused_optimizer.ts";

class MomentumOptimizer extends MomentsOptimizer {
  /** tfjs's own: what a model is saved with, tfjs can load. */
  static get className(): string {
    return "Momentum";
  }

  readonly #momentum: number;
  readonly #useNesterov: boolean;

  constructor(learningRate: number, momentum: number, useNesterov: boolean) {
    super(learningRate, ["/momentum"]);
    this.#momentum = momentum;
    this.#useNesterov = useNesterov;
  }

  protected override attrs(): MomentumAttrs {
    return {
      rule: "momentum",
      rate: this.learningRate,
      momentum: this.#momentum,
      nesterov: this.#useNesterov,
    };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      learningRate: this.learningRate,
      momentum: this.#momentum,
      useNesterov: this.#useNesterov,
    };
  }
}

/**
 * Gradient descent with momentum: `tf.train.momentum` with one kernel a variable instead of four
 * operations.
 *
 *     velocity = momentum velocity + gradient
 *     variable = variable - learningRate velocity
 *
 * Choose it for small models, where a step is all overhead, and wherever `tf.train.momentum` was.
 * Steps are tfjs's; `getWeights` and `setWeights` exchange with it.
 *
 * @param learningRate The learning rate, at least 0.
 * @param momentum The part of the velocity that a step leaves, in [0, 1).
 * @param useNesterov Whether to step by `gradient + momentum velocity` instead, Nesterov's look
 * ahead. Default false.
 * @returns A tfjs optimizer, for `train`, `model.compile` or `minimize`.
 * @throws {TypeError} If an argument is of the wrong kind.
 * @throws {RangeError} If a number is out of its range, or none that float32 holds.
 *
 * @example Two steps
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { momentum } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(1));
 * const optimizer = momentum(0.1, 0.9);
 * for (let step = 0; step < 2; step++) optimizer.minimize(() => tf.mul(slope, 2), false, [slope]);
 * // Velocities 2 and 0.9 * 2 + 2.
 * assertAlmostEquals((await slope.data())[0]!, 1 - 0.1 * (2 + 3.8), 1e-6);
 * optimizer.dispose();
 * ```
 *
 * @see Sutskever et al., On the importance of initialization and momentum in deep learning, ICML
 * 2013.
 */
export function momentum(
  learningRate: number,
  momentum: number,
  useNesterov = false,
): FusedOptimizer {
  checkHyperparameters("momentum", { learningRate }, { momentum });
  checkBoolean(useNesterov, "useNesterov", "Cannot create momentum");
  return new MomentumOptimizer(learningRate, momentum, useNesterov);
}
