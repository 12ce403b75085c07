/**
 * Balanced MSE for any label prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { logMass } from "../kernels/log_mass.ts";
import type { LogMassInputs, Reduction } from "../kernels/log_mass_kernel.ts";
import type { LabelPrior } from "../priors/label_prior.ts";
import type { Tensor } from "../tensor.ts";
import { checkReduction, checkRows, checkTensor } from "./check_rows.ts";

export type { Reduction };

/** Options of the Balanced MSE losses. */
export interface BalancedMseOptions {
  /** `"mean"` (default) or `"sum"` over the rows, or `"none"` for one value a row, `[N]`. */
  readonly reduction?: Reduction;
  /**
   * Whether the loss is multiplied by `2 noiseVar`, which puts it into MSE's units (label squared);
   * the factor is held constant in every derivative. Default true. False leaves the negative
   * log-likelihood in nats.
   */
  readonly restoreScale?: boolean;
}

const ACTION = "balanced MSE";

/**
 * Balanced MSE: the negative log-likelihood of the labels with the training-label prior divided out.
 *
 * `loss_i = -log N(target_i; pred_i, noiseVar) + log sum_j w_j N(pred_i; center_j, variance_j + noiseVar)`
 *
 * Choose {@linkcode bmcLoss} when the batch itself can serve as the prior; choose this one for a prior of
 * your own. Its gradient is MSE's with the prediction replaced by the posterior mean:
 * `d loss_i / d pred_i = 2 (E[label | pred_i] - target_i)`.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`.
 * @param noiseVar Variance of the label noise, in units of the label squared: a number above 0, or a scalar
 * tensor, which is then differentiated. A tensor's value is not read back: one not above 0 gives NaN.
 * @param prior The training-label distribution.
 * @param options Reduction and scale.
 * @returns The loss, `[]`, or `[N]` for reduction `"none"`; in units of the label squared, or in nats
 * without `restoreScale`. It may be negative for a normalized prior. NaN or infinite elements give NaN.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong, or it is disposed.
 * @throws {RangeError} If a batch or the prior is empty, `noiseVar` is not above 0, or a tensor exceeds
 * the adapter's limits.
 *
 * @example A prior of two columns
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { balancedMse } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const prior = { center: tf.tensor1d([0, 2]), logWeight: tf.log(tf.tensor1d([0.5, 0.5])) };
 * const loss = balancedMse(tf.tensor1d([1]), tf.tensor1d([1]), 0.5, prior);
 * // Both columns are 1 away: log(exp(-1)) = -1, times 2 noiseVar = 1.
 * assertAlmostEquals((await loss.data())[0]!, -1, 1e-6);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.7 and 3.9 to 3.11.
 */
export function balancedMse(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | Tensor,
  prior: LabelPrior,
  options: BalancedMseOptions = {},
): Tensor {
  const { reduction = "mean", restoreScale = true } = options;
  checkReduction(reduction, ACTION);
  checkRows(pred, target, ACTION);
  checkNoiseVar(noiseVar);
  const dim = pred.shape[1] ?? 1;
  if (prior.center !== target) checkPrior(prior, dim);
  return tf.tidy(() => {
    const { center, logWeight, variance } = prior;
    const inputs: LogMassInputs<tf.Tensor> = {
      pred,
      target,
      noiseVar: typeof noiseVar === "number" ? tf.scalar(noiseVar, "float32") : noiseVar,
      center,
    };
    if (logWeight) inputs.logWeight = logWeight;
    if (variance) {
      inputs.variance = variance.rank === 2
        ? variance
        : tf.tile(tf.expandDims(variance, 1), [1, dim]);
    }
    return logMass(inputs, { reduction, restoreScale });
  });
}

function checkNoiseVar(noiseVar: number | Tensor): void {
  if (typeof noiseVar === "number") {
    // Below float32's smallest normal number 1 / noiseVar overflows.
    if (!(noiseVar >= 2 ** -126 && noiseVar < 2 ** 128)) {
      throw new RangeError(
        `Cannot compute ${ACTION} as noiseVar must be a positive finite float32: current value is ${noiseVar}`,
      );
    }
    return;
  }
  checkTensor(noiseVar, "noiseVar", ACTION);
  if (noiseVar.rank !== 0) {
    throw new TypeError(
      `Cannot compute ${ACTION} as noiseVar must be a number or a scalar tensor: current shape is [${noiseVar.shape}]`,
    );
  }
}

function checkPrior({ center, logWeight, variance }: LabelPrior, dim: number): void {
  checkTensor(center, "the prior's center", ACTION);
  const columns = center.shape[0];
  if (center.size === 0) {
    throw new RangeError(
      `Cannot compute ${ACTION} as the prior must not be empty: current shape of center is [${center.shape}]`,
    );
  }
  const shapes: [string, Tensor | undefined, boolean][] = [
    [
      `center must be [M, ${dim}]${dim === 1 ? " or [M]" : ""}`,
      center,
      hasShape(center, columns, dim) || (dim === 1 && center.rank === 1),
    ],
    [
      `logWeight must be [${columns}]`,
      logWeight,
      logWeight?.rank === 1 && logWeight.shape[0] === columns,
    ],
    [
      `variance must be [${columns}] or [${columns}, ${dim}]`,
      variance,
      variance !== undefined && variance.shape[0] === columns &&
      (variance.rank === 1 || hasShape(variance, columns, dim)),
    ],
  ];
  for (const [rule, tensor, fits] of shapes) {
    if (tensor === undefined) continue;
    checkTensor(tensor, `the prior's ${rule.split(" ")[0]}`, ACTION);
    if (!fits) {
      throw new TypeError(
        `Cannot compute ${ACTION} as the prior's ${rule}: current shape is [${tensor.shape}]`,
      );
    }
  }
}

function hasShape(tensor: Tensor, columns: number | undefined, dim: number): boolean {
  return tensor.rank === 2 && tensor.shape[0] === columns && tensor.shape[1] === dim;
}
