/**
 * Balanced MSE with a label histogram as the prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { LossValue, Tensor } from "../tensor.ts";
import { checkObject } from "../check/check_object.ts";
import { balancedLoss } from "./balanced_mse.ts";
import type { BalancedMseOptions } from "./balanced_mse_options.ts";
import { checkBalancedMse } from "./check_balanced_mse.ts";
import { logWeightTensor, priorTensor } from "./prior_tensors.ts";

const WORDS = { action: "BNI loss", center: "centers", logWeight: "weights" };

/** Bins of a label histogram; {@linkcode labelHistogram} makes them. */
export interface Bins {
  /** Where the bins are: `[M]` or `[M][D]`, in units of the label. */
  readonly centers: Tensor | readonly number[] | readonly (readonly number[])[];
  /**
   * Their shares of the training labels: `[M]`, not negative; of sum 1 by convention, which is not
   * required. Where dimensions are each for themselves, also `[M][D]`: a histogram a dimension, of
   * which shorter ones end in weights of 0.
   */
  readonly weights: Tensor | readonly number[] | readonly (readonly number[])[];
}

/**
 * Balanced MSE by bin-based numerical integration (BNI).
 *
 * `loss_i = -log N(target_i; pred_i, noiseVar) + log sum_j weight_j N(pred_i; center_j, noiseVar)`
 *
 * Choose it for a label distribution of any shape in one or a few dimensions, where batches are
 * small or of correlated rows. Bins should be no wider than the noise.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param noiseVar Variance of the label noise: see {@linkcode balancedMse}.
 * @param bins The training labels' histogram, as numbers, which are checked and sent to the device
 * at each call, or as tensors, which stay there. Bins of weight 0 count for nothing.
 * @param options See {@linkcode BalancedMseOptions}.
 * @returns The loss, `[]`, or `[N]` for reduction `"none"`, in units of the label squared. Often
 * below 0, which is no error: the mass of a normalized prior is a density, and its logarithm may
 * outweigh the first term.
 * @throws {TypeError} If a kind or a shape is wrong, or an option is unknown.
 * @throws {RangeError} If there are no bins, a weight is negative, NaN, or all are 0, or a center
 * is not finite.
 *
 * @example One bin is no information: the loss is the label's squared error less the bin's
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bniLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = bniLoss(tf.tensor1d([1]), tf.tensor1d([3]), 1, { centers: [0], weights: [1] });
 * assertAlmostEquals((await loss.data())[0]!, (1 - 3) ** 2 - (1 - 0) ** 2, 1e-6);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 3.3.2.
 */
export function bniLoss(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  bins: Bins,
  options: BalancedMseOptions = {},
): LossValue {
  checkBalancedMse(pred, target, noiseVar, options, WORDS.action);
  checkObject(bins, "bins", `Cannot compute ${WORDS.action}`);
  return tf.tidy(() => {
    const center = priorTensor(bins.centers, "centers", "finite", WORDS.action);
    const logWeight = logWeightTensor(bins.weights, WORDS.action, options.dimensions);
    return balancedLoss(pred, target, noiseVar, { center, logWeight }, options, WORDS);
  });
}
