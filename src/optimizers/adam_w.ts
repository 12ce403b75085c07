/**
 * AdamW, fused.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { AdamOptimizer } from "./adam_optimizer.ts";
import { checkHyperparameters } from "./check_hyperparameters.ts";
import type { FusedOptimizer } from "./fused_optimizer.ts";

class AdamWOptimizer extends AdamOptimizer {
  static override get className(): string {
    return "AdamW";
  }

  readonly #weightDecay: number;

  constructor(
    learningRate: number,
    weightDecay: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ) {
    super(learningRate, beta1, beta2, epsilon, { weightDecay });
    this.#weightDecay = weightDecay;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), weightDecay: this.#weightDecay };
  }

  /** tfjs calls it to load a model that was saved with this optimizer. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { learningRate, weightDecay, beta1, beta2, epsilon } = config;
    return new cls(learningRate, weightDecay, beta1, beta2, epsilon);
  }
}

tf.serialization.registerClass(AdamWOptimizer);

/**
 * AdamW: Adam with decoupled weight decay, by one kernel a variable. tfjs has none.
 *
 *     variable = (1 - learningRate weightDecay) variable - learningRate m' / (sqrt(v') + epsilon)
 *
 * Choose it over {@linkcode adam} for large models that overfit: weights shrink by a part of
 * themselves at every step, all of them alike, which an L2 penalty under Adam does not do. Moments
 * m', v' as of {@linkcode adam}. A schedule scales the decay along with the learning rate.
 *
 * @param learningRate The learning rate, at least 0. Default 0.001.
 * @param weightDecay The decay, at least 0; every variable decays, biases too. Default 0.01, as in
 * PyTorch.
 * @param beta1 The decay of the gradient's mean, in [0, 1). Default 0.9.
 * @param beta2 The decay of the squared gradient's mean, in [0, 1). Default 0.999.
 * @param epsilon What keeps the division finite, at least 0. Default the backend's, 1e-7 in
 * float32.
 * @returns A tfjs optimizer, for `train`, `model.compile` or `minimize`.
 * @throws {TypeError} If an argument is of the wrong kind.
 * @throws {RangeError} If a number is out of its range, or none that float32 holds.
 *
 * @example Without a slope, a weight decays
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { adamW } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weight = tf.variable(tf.scalar(1));
 * const optimizer = adamW(0.1, 0.5);
 * optimizer.minimize(() => tf.mul(weight, 0), false, [weight]);
 * assertAlmostEquals((await weight.data())[0]!, 0.95, 1e-6);
 * optimizer.dispose();
 * ```
 *
 * @see Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
 */
export function adamW(
  learningRate = 0.001,
  weightDecay = 0.01,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon: number = tf.backend().epsilon(),
): FusedOptimizer {
  checkHyperparameters("adamW", { learningRate, weightDecay, epsilon }, { beta1, beta2 });
  return new AdamWOptimizer(learningRate, weightDecay, beta1, beta2, epsilon);
}
