/**
 * The learnable label noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { EXPONENTIAL, MULTIPLY, provideGradients } from "../kernels/gradients.ts";
import { type Labels, readLabels } from "../priors/labels.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { clipInwards } from "./clip_inwards.ts";
import {
  checkFromLabels,
  checkStart,
  CLAIM,
  type LabelNoiseFromLabelsOptions,
  type LabelNoiseOptions,
} from "./label_noise_options.ts";
import { labelVariances } from "./label_variances.ts";
import { newNoiseName } from "./noise_name.ts";
import { noteNoise } from "./noise_use.ts";

provideGradients(EXPONENTIAL, MULTIPLY);

/** Where there is no bound: no logarithm of a number is there, and float32 and WGSL have it. */
const FAR = 1e6;

/**
 * The standard deviation of the label noise as a trainable variable, always above zero: one, or
 * one a dimension.
 *
 * Choose it where the noise of the labels is not known: pass `variance()` to a Balanced MSE loss,
 * and the noise to {@linkcode train} as `noise`, or its `variables` to an optimizer: otherwise it
 * stays as it is, of which you are warned. What is stored is the logarithm, so that no step can
 * reach zero; an update of `log sigma` by `x` scales sigma by `exp(x)`.
 *
 * Within its bounds it is trained as without. At a bound, sigma stays there: a gradient that leads
 * outwards is 0, one that leads inwards is what it is, so that sigma leaves the bound as soon as
 * the loss wants it.
 *
 * @example One step towards smaller noise
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, LabelNoise } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const noise = new LabelNoise({ sigma: 1.5 });
 * const labels = tf.tensor1d([0, 1, 2]);
 * const loss = () => bmcLoss(labels, labels, noise.variance());
 * tf.train.sgd(0.1).minimize(loss, false, [...noise.variables] as tf.Variable[]);
 * assert(await noise.sigma() < 1.5);
 * noise.dispose();
 * ```
 *
 * @example A noise a dimension
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, LabelNoise } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const labels = tf.tensor2d([[0, 0], [1, 10], [2, 20]]);
 * const noise = await LabelNoise.fromLabels(labels, { dimensions: "each" });
 * const loss = () => bmcLoss(labels, labels, noise.variance(), { dimensions: "each" });
 * assert((await loss().data())[0]! > 0);
 * const [first, second] = await noise.sigmas();
 * assert(Math.abs(second! - 10 * first!) < 1e-4);
 * noise.dispose();
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 3.3 (the noise
 * as a parameter).
 */
export class LabelNoise {
  /** The variables to train: one, `[]` or `[D]`, the natural logarithm of sigma. */
  readonly variables: readonly Variable[];
  readonly #logSigma: Variable;
  /** Of log sigma; undefined where none is set. */
  readonly #bounds: readonly [least: number, most: number] | undefined;

  /**
   * Starts at a standard deviation.
   *
   * For a model that is trained already, that of its errors, {@linkcode rootMeanSquaredError}, is a
   * good start; for one that is not, that of the labels, {@linkcode LabelNoise.fromLabels}.
   *
   * @param options Where to start, and the bounds.
   * @throws {TypeError} If an option is missing, unknown or no number.
   * @throws {RangeError} If `sigma` or a bound is not a finite number above 0, `sigma` is empty,
   * `min` is not below `max`, or `sigma` is not within them.
   */
  constructor(options: LabelNoiseOptions) {
    checkStart(options);
    const { min, max, sigma } = options;
    const logSigma = typeof sigma === "number" ? Math.log(sigma) : sigma.map(Math.log);
    // In a tidy, which frees the tensor but no variable.
    this.#logSigma = tf.tidy(() =>
      tf.variable(tf.tensor(logSigma, undefined, "float32"), true, newNoiseName())
    );
    this.variables = [this.#logSigma];
    if (min === undefined && max === undefined) return;
    this.#bounds = [
      min === undefined ? -FAR : Math.log(min),
      max === undefined ? FAR : Math.log(max),
    ];
  }

  /**
   * Starts at the standard deviation of the training labels, the error of a model that predicts
   * their mean: where an untrained model stands.
   *
   * @param labels The training labels, `[N]` or `[N, D]`, or counts; a tensor is read back once.
   * @param options Whether each dimension has its own, and where sigma must stay; it starts at the
   * nearest bound if the labels' is beyond.
   * @returns The noise.
   * @throws {TypeError} If `labels` are none, or an option is unknown or of the wrong kind.
   * @throws {RangeError} If labels are not finite or all the same, of each dimension where these
   * have their own, or an option's value is wrong.
   *
   * @example Labels with a deviation of 2
   * ```ts
   * import "@tensorflow/tfjs";
   * import { LabelNoise } from "@balanced/mse";
   * import { assertAlmostEquals } from "@std/assert";
   *
   * const noise = await LabelNoise.fromLabels([1, 5, 1, 5], { min: 0.1 });
   * assertAlmostEquals(await noise.sigma(), 2, 1e-6);
   * noise.dispose();
   * ```
   */
  static async fromLabels(
    labels: Labels,
    options: LabelNoiseFromLabelsOptions = {},
  ): Promise<LabelNoise> {
    checkFromLabels(options);
    const { dimensions = "joint", ...bounds } = options;
    const variances = labelVariances(await readLabels(labels, CLAIM));
    const each = dimensions === "each";
    const mean = variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
    const sigmas = (each ? variances : [mean]).map((variance, d) => {
      if (variance === 0) {
        throw new RangeError(
          `${CLAIM} as labels must differ from each other: current standard deviation${
            each ? ` of dimension ${d}` : ""
          } is 0`,
        );
      }
      const { min = 0, max = Infinity } = bounds;
      return Math.min(max, Math.max(min, Math.sqrt(variance)));
    });
    return new LabelNoise({ ...bounds, sigma: each ? sigmas : sigmas[0]! });
  }

  /**
   * The variance, differentiable: sigma squared.
   *
   * @returns A tensor `[]`, or `[D]` of a noise a dimension, in units of the label squared.
   */
  variance(): Tensor {
    noteNoise(this.#logSigma);
    return tf.tidy(() => tf.exp(tf.mul(this.#bounded(), 2)));
  }

  /**
   * Reads the standard deviation back from the device.
   *
   * @returns Sigma, in units of the label; of a noise a dimension the root of their mean variance.
   * @throws {Error} If the GPU has reported an error, or was lost.
   */
  async sigma(): Promise<number> {
    const sigmas = await this.sigmas();
    if (sigmas.length === 1) return sigmas[0]!;
    return Math.sqrt(sigmas.reduce((sum, sigma) => sum + sigma ** 2, 0) / sigmas.length);
  }

  /**
   * Reads every standard deviation back from the device.
   *
   * @returns Sigma by dimension, in units of the label; one where they have one noise.
   * @throws {Error} If the GPU has reported an error, or was lost.
   */
  async sigmas(): Promise<number[]> {
    const [least, most] = this.#bounds ?? [-Infinity, Infinity];
    const logs = await read(this.#logSigma);
    return Array.from(logs, (log) => Math.exp(Math.min(most, Math.max(least, log))));
  }

  /** Frees the variable. */
  dispose(): void {
    this.#logSigma.dispose();
  }

  #bounded(): tf.Tensor {
    return this.#bounds ? clipInwards(this.#logSigma, ...this.#bounds) : this.#logSigma;
  }
}
