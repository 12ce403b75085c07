/**
 * Balanced MSE for any label prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { checkLogMassFits, logMass } from "../kernels/log_mass/log_mass.ts";
import type { Dimensions, LogMassInputs } from "../kernels/log_mass/contract.ts";
import type { LabelPrior } from "../priors/label_prior.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import type { BalancedMseOptions } from "./balanced_mse_options.ts";
import { balancedRows } from "./balanced_rows.ts";
import { checkBalancedMse, checkMethod, checkPrior, type Words } from "./check_balanced_mse.ts";
import { rowTensors } from "./row_tensors.ts";

const WORDS: Words = { action: "balanced MSE" };

/**
 * Balanced MSE: the negative log-likelihood of the labels with the training-label prior divided
 * out.
 *
 * `loss_i = -log N(target_i; pred_i, noiseVar) + log sum_j w_j N(pred_i; center_j, variance_j +
 * noiseVar)`
 *
 * Choose {@linkcode bmcLoss} when the batch itself can serve as the prior; choose this one for a
 * prior of your own. Its gradient is MSE's with the prediction replaced by the posterior mean: `d
 * loss_i / d pred_i = 2 (E[label | pred_i] - target_i)`.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param noiseVar Variance of the label noise, in units of the label squared: a number above 0, one
 * for each of the D dimensions, or a tensor `[]` or `[D]`, which is then differentiated. Also one a
 * row, `[N, 1]`, or one a row and dimension, `[N, D]`, of a model that predicts its own
 * uncertainty: then row i's loss is of `noiseVar_i`, and times `2 noiseVar_i` where the scale is
 * restored. A tensor's value is not read back: one not above 0 gives NaN.
 * @param prior The training-label distribution. Where dimensions are each for themselves, one of
 * `[M]` serves them all.
 * @param options Weights, mask, reduction, scale, and the weights of the two terms.
 * @returns The loss, `[]`, or `[N]` for reduction `"none"`; in units of the label squared, or in
 * nats without `restoreScale`. It may be negative for a normalized prior. NaN or infinite elements
 * give NaN.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong, it is disposed, or an
 * option is unknown or of the wrong kind.
 * @throws {RangeError} If a batch or the prior is empty, `noiseVar` is not above 0, or a tensor
 * exceeds the adapter's limits.
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
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.7 and 3.9 to
 * 3.11.
 */
export function balancedMse(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  prior: LabelPrior,
  options: BalancedMseOptions = {},
): LossValue {
  checkBalancedMse(pred, target, noiseVar, options, WORDS.action);
  return balancedLoss(pred, target, noiseVar, prior, options, WORDS);
}

/** The same, of arguments that {@linkcode checkBalancedMse} has passed. */
export function balancedLoss(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  prior: LabelPrior,
  options: BalancedMseOptions,
  words: Words,
): LossValue {
  const { reduction = "mean", restoreScale = true, mseWeight = 1, priorWeight = 1 } = options;
  const { noiseNormalizer = true, ownLabel = false, method = "auto" } = options;
  const dim = pred.shape[1] ?? 1;
  // One dimension is the same either way, and there is nothing to rotate.
  const dimensions = dim > 1 ? options.dimensions ?? "joint" : "joint";
  const turn = dim > 1 ? prior.rotation : undefined;
  checkPrior(prior, dim, words, options.dimensions);
  checkMethod(method, dimensions === "each" ? 1 : dim, prior, words.action);
  checkRotation(turn, noiseVar, dimensions, words.action);
  return tf.tidy(() => {
    const row = rowTensors(options, pred.shape[0]!, words.action);
    const [variance, rotation] = [prior.variance, turn].map((t) => t && asFloat32(t));
    const wide = (t: tf.Tensor) =>
      t.shape[1] === dim ? t : tf.tile(tf.reshape(t, [t.shape[0]!, 1]), [1, dim]);
    const inputs: LogMassInputs<tf.Tensor> = {
      pred,
      // Labels that are their own prior stay one and the same: a cast leaves the data where it is.
      target: asFloat32(target),
      noiseVar: isTensor(noiseVar) ? noiseVar : tf.tensor(noiseVar as number, undefined, "float32"),
      center: asFloat32(prior.center),
    };
    if (prior.logWeight) {
      const logWeight = asFloat32(prior.logWeight);
      const isFlat = dim > 1 || logWeight.rank === 1;
      inputs.logWeight = isFlat ? logWeight : tf.reshape(logWeight, [logWeight.size]);
    }
    if (rotation) inputs.rotation = rotation;
    checkLogMassFits({ ...inputs, ...(variance && { variance: inputs.center }) }, dimensions);
    if (variance) {
      inputs.variance = wide(variance);
      inputs.center = wide(inputs.center);
    }
    const plain = !row.weights && !row.mask && !ownLabel && mseWeight === 1 && priorWeight === 1;
    const attrs = { restoreScale, method, dimensions };
    const loss = plain
      ? logMass(inputs, { ...attrs, reduction })
      : balancedRows(inputs, row, { ...attrs, mseWeight, priorWeight, noiseNormalizer, ownLabel });
    return (plain && loss.rank === 2 ? tf.sum(loss, 1) : loss) as LossValue;
  });
}

/** Throws where columns are rotated and dimensions are for themselves, or have a noise each. */
function checkRotation(
  rotation: Tensor | undefined,
  noiseVar: number | readonly number[] | Tensor,
  dimensions: Dimensions,
  action: string,
): void {
  if (rotation === undefined) return;
  if (dimensions === "each") {
    throw new TypeError(
      `Cannot compute ${action} as a prior with a rotation is of joint dimensions: ` +
        'current value of dimensions is "each"',
    );
  }
  const count = isTensor(noiseVar)
    ? noiseVar.shape.at(-1) ?? 1
    : Array.isArray(noiseVar)
    ? noiseVar.length
    : 1;
  if (count === 1) return;
  throw new TypeError(
    `Cannot compute ${action} as a prior with a rotation takes a single noiseVar: ` +
      `current number of them is ${count}`,
  );
}
