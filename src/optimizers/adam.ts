/**
 * Adam, fused.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { AdamOptimizer } from "./adam_optimizer.ts";
import { checkHyperparameters } from "./check_hyperparameters.ts";
import type { FusedOptimizer } from "./fused_optimizer.ts";

/** Not by the name of tfjs's Adam, which would load a saved model without the penalty, in silence. */
class AdamL2Optimizer extends AdamOptimizer {
  static override get className(): string {
    return "AdamL2";
  }

  readonly #l2: number;

  constructor(
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    l2: number,
  ) {
    super(learningRate, beta1, beta2, epsilon, { l2 });
    this.#l2 = l2;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), l2: this.#l2 };
  }

  /** tfjs calls it to load a model that was saved with this optimizer. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { learningRate, beta1, beta2, epsilon, l2 } = config;
    return new cls(learningRate, beta1, beta2, epsilon, l2);
  }
}

tf.serialization.registerClass(AdamL2Optimizer);

/**
 * Adam: `tf.train.adam` with one kernel a variable instead of fourteen operations.
 *
 *     m = beta1 m + (1 - beta1) gradient
 *     v = beta2 v + (1 - beta2) gradient^2
 *     variable = variable - learningRate m' / (sqrt(v') + epsilon)
 *     m' = m / (1 - beta1^step), v' likewise
 *
 * where an L2 penalty adds `l2 variable` to the gradient.
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
 * @param l2 The gradient of an L2 penalty, as a part of the variable: PyTorch's `weight_decay` of
 * `Adam`, at least 0. Every variable has it, biases too; its loss is not among the losses that are
 * reported. What decays without regard to the moments is {@linkcode adamW}. Default 0.
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
  l2 = 0,
): FusedOptimizer {
  checkHyperparameters("adam", { learningRate, epsilon, l2 }, { beta1, beta2 });
  return l2 === 0
    ? new AdamOptimizer(learningRate, beta1, beta2, epsilon)
    : new AdamL2Optimizer(learningRate, beta1, beta2, epsilon, l2);
}
