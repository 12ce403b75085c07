/**
 * Balanced MSE with the batch's own labels as the prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { checkLogMassFits } from "../kernels/log_mass/log_mass.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { balancedLoss } from "./balanced_mse.ts";
import type { BalancedMseOptions } from "./balanced_mse_options.ts";
import { checkLabels, keptColumns, warnOfOneRow, warnOfSparsePrior } from "./batch_labels.ts";
import { BALANCED_MSE_OPTIONS, checkBalancedMse, type Words } from "./check_balanced_mse.ts";
import { maskTensor, rowTensors } from "./row_tensors.ts";

/** Options of {@linkcode bmcLoss}. */
export interface BmcOptions extends Omit<BalancedMseOptions, "ownLabel"> {
  /**
   * Labels drawn from the training set, `[M]` or `[M, D]`, that serve as the prior instead of the
   * batch; float32, int32 or bool. {@linkcode referenceSample} draws them. Where dimensions are
   * each for themselves, `[M]` serves them all. Each row's own label joins them, so that the loss
   * stays a cross-entropy. For batches of one or two rows or of correlated rows (pixels). Where a
   * sampler favors rare labels, they must be labels that it drew: those of the training set would
   * correct a second time.
   */
  readonly reference?: Tensor | undefined;
  /**
   * The labels of a batch of which these rows are a part, their own among them, `[M]` or `[M, D]`,
   * float32, int32 or bool: nothing is added twice. The parts' losses and gradients, weighed by
   * their rows, add up to those of the whole batch. For micro-batches, where `train` tells them
   * (`accumulate`), and for batches that several processes share.
   */
  readonly labels?: Tensor | undefined;
  /**
   * Which of the labels count, `[M]`, as a mask of rows, where the whole batch has a mask. Only
   * with `labels`.
   */
  readonly labelsMask?: Tensor | undefined;
}

const WORDS: Words = { action: "balanced MSE", center: "reference" };
const OPTIONS = [
  ...BALANCED_MSE_OPTIONS.filter((name) => name !== "ownLabel"),
  "reference",
  "labels",
  "labelsMask",
];

/**
 * Batch-based Monte-Carlo Balanced MSE (BMC): a drop-in replacement for MSE where the training
 * labels are imbalanced and every label range matters alike.
 *
 * `loss_i = log sum_j exp((|pred_i - target_i|^2 - |pred_i - target_j|^2) / (2 noiseVar))`: a
 * cross-entropy that asks which of the batch's labels a prediction belongs to. Choose it first: it
 * needs nothing but the batch. It wants a batch drawn like the training set, of some dozens of rows
 * or more.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool. No gradient flows into
 * them.
 * @param noiseVar Variance of the label noise, in units of the label squared: a number above 0, one
 * for each of the D dimensions, or a tensor `[]` or `[D]`, which is then differentiated (see
 * {@linkcode LabelNoise}). Also one a row, `[N, 1]`, or one a row and dimension, `[N, D]`, of a
 * model that predicts its own uncertainty: then row i's loss is of `noiseVar_i`, and times
 * `2 noiseVar_i` where the scale is restored. One not above 0 in a tensor gives NaN.
 * @param options See {@linkcode BmcOptions}. Rows that a mask leaves out are left out as columns,
 * too.
 * @returns The loss, never below 0, `[]`, or `[N]` for reduction `"none"`; in units of the label
 * squared, or in nats without `restoreScale`. For N = 1 it is the constant 0 (warned of once): one
 * label tells nothing of the prior. NaN or infinite elements give NaN.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), it is disposed, or an option is unknown or of the wrong kind.
 * @throws {RangeError} If the batch is empty, `noiseVar` is not above 0, or a tensor exceeds the
 * adapter's limits.
 *
 * @example Two rows, both predicted at the first label
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = bmcLoss(tf.tensor1d([0, 0]), tf.tensor1d([0, 1]), 0.5);
 * // log(1 + exp(-1)) and log(1 + exp(1)), their mean times 2 noiseVar = 1
 * assertAlmostEquals((await loss.data())[0]!, (0.3132617 + 1.3132617) / 2, 1e-6);
 * ```
 *
 * @example Each of two dimensions for itself
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [pred, target] = [tf.tensor2d([[0, 0], [0, 3]]), tf.tensor2d([[0, 5], [1, 5]])];
 * const loss = bmcLoss(pred, target, [0.5, 2], { dimensions: "each" });
 * // The first dimension is the example above; the labels of the second are equal: 2 noiseVar log 2
 * const first = (0.3132617 + 1.3132617) / 2;
 * assertAlmostEquals((await loss.data())[0]!, first + 4 * Math.LN2, 1e-6);
 * ```
 *
 * @example A model that predicts its own uncertainty
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, type Tensor } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * // Two outputs a row: the label, and the logarithm of the noise's variance.
 * const labels = tf.tensor2d([[0], [1], [5]]);
 * const loss = (output: Tensor) => {
 *   const [pred, logVar] = tf.split(output, 2, 1) as [Tensor, Tensor];
 *   return bmcLoss(pred, labels, tf.exp(logVar), { restoreScale: false });
 * };
 * const gradient = tf.grad(loss)(tf.tensor2d([[0, 0], [1, 0], [1, 0]]));
 * // The third row is 4 off: its noise should grow.
 * assert((await gradient.data())[5]! < 0);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.10.
 */
export function bmcLoss(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  options: BmcOptions = {},
): LossValue {
  checkBalancedMse(pred, target, noiseVar, options, WORDS.action, OPTIONS);
  checkLabels(options, pred, WORDS.action);
  const { reference, labels = target, labelsMask, ...rest } = options;
  if (reference !== undefined) {
    const own = { ...rest, ownLabel: true };
    const loss = balancedLoss(pred, target, noiseVar, { center: reference }, own, WORDS);
    warnOfSparsePrior("bmcLoss", pred, reference, options);
    return loss;
  }
  warnOfSparsePrior("bmcLoss", pred, labels, options);
  const isWhole = options.labels === undefined;
  if ((isWhole ? rest.mask : labelsMask) === undefined) {
    const words = isWhole ? WORDS : { ...WORDS, center: "labels" };
    const loss = balancedLoss(pred, target, noiseVar, { center: labels }, rest, words);
    if (labels.shape[0] === 1) warnOfOneRow("bmcLoss");
    return loss;
  }
  return tf.tidy(() => {
    const shape = Array.isArray(noiseVar) ? [noiseVar.length] : [];
    const noise = isTensor(noiseVar) ? noiseVar : { shape };
    checkLogMassFits({ pred, target, center: labels, noiseVar: noise }, rest.dimensions);
    const row = rowTensors(rest, pred.shape[0]!, WORDS.action);
    const keep = isWhole
      ? row.mask!
      : maskTensor(labelsMask!, labels.shape[0]!, WORDS.action, "labelsMask");
    const prior = keptColumns(labels, keep);
    return balancedLoss(pred, target, noiseVar, prior, { ...rest, ...row }, WORDS);
  });
}
