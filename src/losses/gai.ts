/**
 * Balanced MSE with a Gaussian mixture as the prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import type { LabelPrior } from "../priors/label_prior.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { checkObject } from "../check/check_object.ts";
import { shown } from "../check/shown.ts";
import { balancedLoss } from "./balanced_mse.ts";
import type { BalancedMseOptions } from "./balanced_mse_options.ts";
import { checkBalancedMse } from "./check_balanced_mse.ts";
import { eigenbases } from "./eigenbases.ts";
import { logWeightTensor, priorTensor } from "./prior_tensors.ts";

/**
 * A Gaussian mixture of K components, with variances or with covariances;
 * {@linkcode fitLabelMixture} makes one.
 */
export interface Mixture {
  /**
   * The components' shares of the training labels: `[K]`, not negative; of sum 1 by convention.
   * Where dimensions are each for themselves, also `[K][D]`: a mixture a dimension.
   */
  readonly weights: Tensor | readonly number[] | readonly (readonly number[])[];
  /** Where they are: `[K]` or `[K][D]`, in units of the label. */
  readonly means: Tensor | readonly number[] | readonly (readonly number[])[];
  /** Their variances, above 0: `[K]` or `[K][D]`, in units of the label squared. */
  readonly variances?: Tensor | readonly number[] | readonly (readonly number[])[] | undefined;
  /** Their covariance matrices, symmetric and positive definite: `[K][D][D]`, numbers. */
  readonly covariances?: readonly (readonly (readonly number[])[])[] | undefined;
}

const ACTION = "GAI loss";
const WORDS = { action: ACTION, center: "means", logWeight: "weights", variance: "variances" };

/**
 * Balanced MSE by GMM-based analytical integration (GAI).
 *
 * `loss_i = -log N(target_i; pred_i, noiseVar) + log sum_k weight_k N(pred_i; mean_k, variance_k +
 * noiseVar)`
 *
 * Choose it where a few Gaussians describe the training labels, above all in several dimensions,
 * and where batches are small or of correlated rows.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param noiseVar Variance of the label noise: see {@linkcode balancedMse}; a single one, or one a
 * row, with covariances of joint dimensions.
 * @param mixture The training labels' mixture, as numbers, which are checked and sent to the device
 * at each call, or as tensors, which stay there. Covariances are numbers: their eigenvectors are
 * computed once for each array.
 * @param options See {@linkcode BalancedMseOptions}.
 * @returns The loss, `[]`, or `[N]` for reduction `"none"`, in units of the label squared. Often
 * below 0, which is no error: the mass of a normalized prior is a density, and its logarithm may
 * outweigh the first term.
 * @throws {TypeError} If a kind or a shape is wrong, an option is unknown, or both or none of
 * variances and covariances are given.
 * @throws {RangeError} If there are no components, a weight is negative, NaN, or all are 0, a
 * variance is not above 0, or a covariance is not symmetric positive definite (the message names
 * the component).
 *
 * @example One component at the label: predictions are pushed away from the crowd
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { gaiLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const mixture = { weights: [1], means: [0], variances: [1] };
 * const grad = tf.grad((pred) => gaiLoss(pred, tf.tensor1d([0]), 1, mixture))(tf.tensor1d([1]));
 * // The label is expected half-way between the mean and the prediction: 2 (0.5 - 0).
 * assertAlmostEquals((await grad.data())[0]!, 1, 1e-6);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.9.
 */
export function gaiLoss(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  mixture: Mixture,
  options: BalancedMseOptions = {},
): LossValue {
  checkBalancedMse(pred, target, noiseVar, options, ACTION);
  checkObject(mixture, "mixture", `Cannot compute ${ACTION}`);
  return tf.tidy(() => {
    const prior = columnsOf(mixture, noiseVar, options);
    return balancedLoss(pred, target, noiseVar, prior, options, WORDS);
  });
}

function columnsOf(
  mixture: Mixture,
  noiseVar: number | readonly number[] | Tensor,
  { dimensions }: BalancedMseOptions,
): LabelPrior {
  const { weights, means, variances, covariances } = mixture;
  if ((variances === undefined) === (covariances === undefined)) {
    throw new TypeError(
      `Cannot compute ${ACTION} as a mixture must have variances or covariances: ` +
        `current keys are ${Object.keys(mixture)}`,
    );
  }
  const center = priorTensor(means, "means", "finite", ACTION);
  const logWeight = logWeightTensor(weights, ACTION, dimensions);
  if (variances !== undefined) {
    return { center, logWeight, variance: priorTensor(variances, "variances", "positive", ACTION) };
  }
  const { values, vectors } = eigenbases(covariances!, ACTION);
  if (dimensions === "each") {
    // A dimension of a Gaussian is one, of the variance that stands on the diagonal.
    const variances = covariances!.map((rows) => rows.map((row, d) => row[d]!));
    return { center, logWeight, variance: tf.tensor2d(variances) };
  }
  const single = isTensor(noiseVar)
    ? noiseVar.rank === 0 || noiseVar.rank === 2 && noiseVar.shape[1] === 1
    : !Array.isArray(noiseVar);
  if (!single) {
    throw new TypeError(
      `Cannot compute ${ACTION} as a mixture with covariances takes a single noiseVar: ` +
        `current value is ${shown(noiseVar)}`,
    );
  }
  // One dimension needs no rotation; [K, 1, 1] matrices are variances.
  const variance = tf.tensor2d(values);
  if (values[0]!.length === 1) return { center, logWeight, variance };
  return { center, logWeight, variance, rotation: tf.tensor3d(vectors) };
}
