/**
 * The learnable label noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { EXPONENTIAL, MULTIPLY, provideGradients } from "../kernels/gradients.ts";
import { checkNumber, type NumberRule } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { type Labels, type LabelTable, readLabels } from "../priors/labels.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { clipInwards } from "./clip_inwards.ts";
import { noteNoise } from "./noise_use.ts";

provideGradients(EXPONENTIAL, MULTIPLY);

/** Bounds of a {@linkcode LabelNoise}. */
export interface LabelNoiseBounds {
  /** The least standard deviation, in units of the label, above 0. Default none. */
  readonly min?: number;
  /** The greatest standard deviation, in units of the label, above `min`. Default none. */
  readonly max?: number;
}

/** What {@linkcode LabelNoise} starts from. */
export interface LabelNoiseOptions extends LabelNoiseBounds {
  /** The standard deviation to start from, in units of the label, above 0 and within the bounds. */
  readonly sigma: number;
}

const CLAIM = "Cannot create label noise";
const BOUNDS = ["min", "max"] as const;
/** Where there is no bound: no logarithm of a number is there, and float32 and WGSL have it. */
const FAR = 1e6;
let made = 0;

/**
 * The standard deviation of the label noise as a trainable variable, always above zero.
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
 * const loss = () => bmcLoss(labels, labels, noise.variance()) as tf.Scalar;
 * tf.train.sgd(0.1).minimize(loss, false, [...noise.variables] as tf.Variable[]);
 * assert(await noise.sigma() < 1.5);
 * noise.dispose();
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 3.3 (the noise
 * as a parameter).
 */
export class LabelNoise {
  /** The variables to train: one, `[]`, the natural logarithm of sigma. */
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
   * @throws {RangeError} If `sigma` or a bound is not a finite number above 0, `min` is not below
   * `max`, or `sigma` is not within them.
   */
  constructor(options: LabelNoiseOptions) {
    checkOptions(options, ["sigma", ...BOUNDS], CLAIM);
    const { min, max, sigma } = options;
    checkBounds(options);
    checkSigma(sigma, "sigma", { above: 0 });
    if (sigma < (min ?? sigma) || sigma > (max ?? sigma)) {
      throw new RangeError(
        `${CLAIM} as sigma must be within min and max, [${min ?? 0}, ${max ?? "Infinity"}]: ` +
          `current value is ${sigma}`,
      );
    }
    // In a tidy, which frees the scalar but no variable.
    this.#logSigma = tf.tidy(() => tf.variable(tf.scalar(Math.log(sigma)), true, newName()));
    this.variables = [this.#logSigma];
    if (min === undefined && max === undefined) return;
    this.#bounds = [
      min === undefined ? -FAR : Math.log(min),
      max === undefined ? FAR : Math.log(max),
    ];
  }

  /**
   * Starts at the standard deviation of the training labels, the error of a model that predicts
   * their mean: where an untrained model stands. Of several dimensions it is the root of their mean
   * variance.
   *
   * @param labels The training labels, `[N]` or `[N, D]`; a tensor is read back once.
   * @param bounds Where sigma must stay; it starts at the nearest bound if the labels' is beyond.
   * @returns The noise.
   * @throws {TypeError} If `labels` are none, or a bound is no number or unknown.
   * @throws {RangeError} If labels are not finite or all the same, or a bound's value is wrong.
   *
   * @example Labels with a deviation of 2
   * ```ts
   * import { LabelNoise } from "@balanced/mse";
   * import { assertAlmostEquals } from "@std/assert";
   *
   * const noise = await LabelNoise.fromLabels([1, 5, 1, 5], { min: 0.1 });
   * assertAlmostEquals(await noise.sigma(), 2, 1e-6);
   * noise.dispose();
   * ```
   */
  static async fromLabels(labels: Labels, bounds: LabelNoiseBounds = {}): Promise<LabelNoise> {
    checkOptions(bounds, BOUNDS, CLAIM, "bounds");
    checkBounds(bounds);
    const table = await readLabels(labels, CLAIM);
    const { values, dim, times } = table;
    const first = times ? times.findIndex((count) => count > 0) : 0;
    const agrees = (value: number, k: number) => value === values[first * dim + k % dim];
    if (values.every((value, k) => times?.[k] === 0 || agrees(value, k))) {
      throw new RangeError(
        `${CLAIM} as labels must differ from each other: current standard deviation is 0`,
      );
    }
    const { min = 0, max = Infinity } = bounds;
    return new LabelNoise({ ...bounds, sigma: Math.min(max, Math.max(min, deviationOf(table))) });
  }

  /**
   * The variance, differentiable: sigma squared.
   *
   * @returns A scalar tensor, in units of the label squared.
   */
  variance(): Tensor {
    noteNoise(this.#logSigma);
    return tf.tidy(() => tf.exp(tf.mul(this.#bounded(), 2)));
  }

  /**
   * Reads the standard deviation back from the device.
   *
   * @returns Sigma, in units of the label.
   * @throws {Error} If the GPU has reported an error, or was lost.
   */
  async sigma(): Promise<number> {
    const [least, most] = this.#bounds ?? [-Infinity, Infinity];
    return Math.exp(Math.min(most, Math.max(least, (await read(this.#logSigma))[0]!)));
  }

  /** Frees the variable. */
  dispose(): void {
    this.#logSigma.dispose();
  }

  #bounded(): tf.Tensor {
    return this.#bounds ? clipInwards(this.#logSigma, ...this.#bounds) : this.#logSigma;
  }
}

/** A name that no other variable has, of this copy of the module or another. */
function newName(): string {
  const taken = tf.engine().registeredVariables;
  for (;;) {
    const name = `label_noise_${++made}`;
    if (!(name in taken)) return name;
  }
}

function checkBounds({ min, max }: LabelNoiseBounds): void {
  if (min !== undefined) checkSigma(min, "min", { above: 0 });
  if (max !== undefined) checkSigma(max, "max", { above: min ?? 0 });
}

/** Beyond float32's normal numbers the variance would be 0, or infinite, or its inverse. */
function checkSigma(value: number, name: string, rule: NumberRule): void {
  checkNumber(value, name, CLAIM, rule);
  const variance = value ** 2;
  if (variance >= 2 ** -126 && variance < 2 ** 128) return;
  throw new RangeError(
    `${CLAIM} as ${name} squared must be a positive finite float32: ` +
      `current value of ${name} is ${value}`,
  );
}

/** The root of the mean variance of the dimensions; about the means, so that far labels keep it. */
function deviationOf({ values, rows, dim, times }: LabelTable): number {
  const total = times ? times.reduce((a, b) => a + b) : rows;
  const count = (k: number) => times?.[k] ?? 1; // counts are of one dimension
  const means = new Float64Array(dim);
  values.forEach((value, k) => means[k % dim]! += count(k) * value / total);
  const squares = values.reduce(
    (sum, value, k) => sum + count(k) * (value - means[k % dim]!) ** 2,
    0,
  );
  return Math.sqrt(squares / dim / total);
}
