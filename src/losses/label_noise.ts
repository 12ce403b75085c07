/**
 * The learnable label noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Variable } from "../tensor.ts";
import { noteNoise } from "./noise_use.ts";
import { read } from "../webgpu/read.ts";

/** What {@linkcode LabelNoise} starts from. */
export interface LabelNoiseOptions {
  /** The standard deviation to start from, in units of the label, above 0. */
  readonly sigma: number;
}

/**
 * The standard deviation of the label noise as a trainable variable, always above zero.
 *
 * Choose it where the noise of the labels is not known: pass `variance()` to a Balanced MSE loss and
 * `variables` to the optimizer. What is stored is the logarithm, so that no step can reach zero; an update
 * of `log sigma` by `x` scales sigma by `exp(x)`.
 *
 * @example One step towards smaller noise
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, LabelNoise } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const noise = new LabelNoise({ sigma: 1.5 });
 * const labels = tf.tensor1d([0, 1, 2]);
 * const loss = () => bmcLoss(labels, labels, noise.variance()) as tf.Scalar;
 * tf.train.sgd(0.1).minimize(loss, false, [...noise.variables] as tf.Variable[]);
 * assert(await noise.sigma() < 1.5);
 * noise.dispose();
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 3.3 (the noise as a
 * parameter).
 */
export class LabelNoise {
  /** The variables to train: one, `[]`, the natural logarithm of sigma. */
  readonly variables: readonly Variable[];
  readonly #logSigma: Variable;

  /**
   * Starts at a standard deviation.
   *
   * @param options Where to start.
   * @throws {RangeError} If `sigma` is not a finite number above 0.
   */
  constructor({ sigma }: LabelNoiseOptions) {
    if (!(sigma > 0 && sigma < Infinity)) {
      throw new RangeError(
        `Cannot create label noise as sigma must be a finite number > 0: current value is ${sigma}`,
      );
    }
    // In a tidy, which frees the scalar but no variable.
    this.#logSigma = tf.tidy(() => tf.variable(tf.scalar(Math.log(sigma)), true));
    this.variables = [this.#logSigma];
  }

  /**
   * The variance, differentiable: sigma squared.
   *
   * @returns A scalar tensor, in units of the label squared.
   */
  variance(): Tensor {
    noteNoise(this.#logSigma);
    return tf.tidy(() => tf.exp(tf.mul(this.#logSigma, 2)));
  }

  /**
   * Reads the standard deviation back from the device.
   *
   * @returns Sigma, in units of the label.
   * @throws {Error} If the GPU has reported an error, or was lost.
   */
  async sigma(): Promise<number> {
    return Math.exp((await read(this.#logSigma))[0]!);
  }

  /** Frees the variable. */
  dispose(): void {
    this.#logSigma.dispose();
  }
}
