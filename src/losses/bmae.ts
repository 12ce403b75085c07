/**
 * Balanced MAE: Balanced MSE with Laplace noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkObject } from "../check/check_object.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { LaplaceMassInputs } from "../kernels/laplace_mass/contract.ts";
import { laplaceMass } from "../kernels/laplace_mass/laplace_mass.ts";
import type { LossValue, Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkLabels, warnOfOneRow } from "./batch_labels.ts";
import { batchPrior, givenPrior } from "./bmae_prior.ts";
import type { Bins } from "./bni.ts";
import { checkNoiseVar } from "./check_balanced_mse.ts";
import { checkReduction, checkRows } from "./check_rows.ts";
import { keepRows } from "./keep_rows.ts";
import { reduceRows } from "./reduce_rows.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";
import { rowTensors } from "./row_tensors.ts";

/** Options of {@linkcode bmaeLoss}. */
export interface BmaeOptions extends RowOptions {
  /**
   * Whether a dimension's loss is multiplied by its scale, which puts it into MAE's units, the
   * label's; the factor is held constant in every derivative. Default true. False leaves the
   * negative log-likelihood in nats.
   */
  readonly restoreScale?: boolean | undefined;
  /**
   * Labels drawn from the training set, `[M]` or `[M, D]`, that serve as the prior instead of the
   * batch; float32, int32 or bool. {@linkcode referenceSample} draws them. Each row's own label
   * joins them, so that the loss stays a cross-entropy.
   */
  readonly reference?: Tensor | undefined;
  /**
   * A histogram of the training labels that serves as the prior instead of the batch, as for
   * {@linkcode bniLoss}. Of several dimensions, each is weighed by the same weights. The own label
   * does not join it, and the loss may be below 0.
   */
  readonly bins?: Bins | undefined;
  /**
   * The labels of a batch of which these rows are a part, their own among them, `[M]` or `[M, D]`,
   * float32, int32 or bool; see {@linkcode BmcOptions}.
   */
  readonly labels?: Tensor | undefined;
  /** Which of the labels count, `[M]`, as a mask of rows. Only with `labels`. */
  readonly labelsMask?: Tensor | undefined;
}

const ACTION = "balanced MAE";
const CLAIM = `Cannot compute ${ACTION}`;
const OPTIONS = [...ROW_OPTIONS, "restoreScale", "reference", "bins"];

/**
 * Balanced MAE: a drop-in replacement for MAE where the training labels are imbalanced and every
 * label range matters alike.
 *
 * `loss_i = |pred_i - target_i| + b log sum_j w_j exp(-|pred_i - center_j| / b)`
 *
 * It is {@linkcode bmcLoss} with Laplace noise of scale b in place of Gaussian noise. Choose it
 * where the label noise has heavy tails, so that a label far off tells of noise rather than of a
 * wrong prediction, or where the test error is MAE: no row pulls harder than 2, however far its
 * label is. Without options the prior is the batch.
 *
 * Its gradient is MAE's less that of the crowd: `sign(pred_i - target_i) - E_i[sign(pred_i -
 * center_j)]`. Several dimensions are each for themselves, with priors of their own, and their
 * losses are added.
 *
 * Outside of all labels it is flat, its gradient 0: let the model start within them, its last bias
 * at their median, say.
 *
 * On the `cpu` backend, and for large batches and priors on `webgpu`, the labels are sorted and it
 * takes a time of (N + M) log M a dimension, as exact as every pair; elsewhere it takes one of N M.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool. No gradient flows into
 * them.
 * @param scale The scale b of the label noise, the mean of its size, in units of the label: a
 * number above 0, one for each of the D dimensions, or a tensor `[]` or `[D]`, which is then
 * differentiated. One not above 0 in a tensor gives NaN. Laplace noise of standard deviation sigma
 * has the scale `sigma / sqrt(2)`.
 * @param options See {@linkcode BmaeOptions}. Rows that a mask leaves out are left out as columns,
 * too.
 * @returns The loss, `[]`, or `[N]` for reduction `"none"`; in units of the label, or in nats
 * without `restoreScale`. Never below 0, but with `bins`. For N = 1 it is the constant 0 (warned of
 * once): one label tells nothing of the prior. NaN or infinite elements give NaN.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), it is disposed, or an option is unknown, of the wrong kind or at odds with
 * another.
 * @throws {RangeError} If the batch or the prior is empty, `scale` is not above 0, a weight of the
 * bins is negative, NaN, or all are 0, or a tensor exceeds the adapter's limits.
 *
 * @example Two rows, both predicted at the first label
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmaeLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = bmaeLoss(tf.tensor1d([0, 0]), tf.tensor1d([0, 1]), 1);
 * // log(1 + exp(-1)) and 1 + log(1 + exp(-1)), their mean
 * assertAlmostEquals((await loss.data())[0]!, (0.3132617 + 1.3132617) / 2, 1e-6);
 * ```
 *
 * @example A learned scale
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmaeLoss, LabelNoise } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const noise = new LabelNoise({ sigma: 1.5 });
 * const labels = tf.tensor1d([0, 1, 2]);
 * const scale = () => tf.sqrt(tf.div(noise.variance(), 2));
 * const loss = () => bmaeLoss(labels, labels, scale());
 * tf.train.sgd(0.1).minimize(loss, false, [...noise.variables] as tf.Variable[]);
 * assert(await noise.sigma() < 1.5);
 * noise.dispose();
 * ```
 *
 * @see Ours: eq. 3.7 and 3.9 of Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR
 * 2022, with the density of Laplace noise in place of the Gaussian, whose constants cancel.
 */
export function bmaeLoss(
  pred: Tensor,
  target: Tensor,
  scale: number | readonly number[] | Tensor,
  options: BmaeOptions = {},
): LossValue {
  checkBmae(pred, target, scale, options);
  const { reduction = "mean", restoreScale = true } = options;
  return tf.tidy(() => {
    const given = givenPrior(options, pred.shape[1] ?? 1);
    const row = rowTensors(options, pred.shape[0]!, ACTION);
    const { columns, ownLabel } = given ?? batchPrior(target, options, row);
    if (given === undefined && columns.center.shape[0] === 1) warnOfOneRow("bmaeLoss");
    const { mask } = row;
    // Rows left out may hold NaN, and 0 times NaN is NaN: they become a row at its label, 0.
    const kept = (tensor: Tensor) => mask ? keepRows(tensor, mask) : tensor;
    const inputs: LaplaceMassInputs<tf.Tensor> = {
      pred: kept(pred),
      target: kept(asFloat32(target)),
      scale: isTensor(scale) ? scale : tf.tensor(scale as number, undefined, "float32"),
      center: asFloat32(columns.center),
      ...(columns.logWeight && { logWeight: asFloat32(columns.logWeight) }),
    };
    const attrs = { reduction, restoreScale, ownLabel };
    const loss = !row.weights && !mask
      ? laplaceMass(inputs, attrs)
      : reduceRows(laplaceMass(inputs, { ...attrs, reduction: "none" }), row);
    return loss as LossValue;
  });
}

function checkBmae(
  pred: Tensor,
  target: Tensor,
  scale: number | readonly number[] | Tensor,
  options: BmaeOptions,
): void {
  checkOptions(options, OPTIONS, CLAIM);
  const { reduction = "mean", restoreScale = true, reference, bins, labels } = options;
  checkReduction(reduction, ACTION);
  checkBoolean(restoreScale, "restoreScale", CLAIM);
  checkRows(pred, target, ACTION);
  checkNoiseVar(scale, pred.shape[1] ?? 1, ACTION, { name: "scale" });
  checkLabels(options, pred, ACTION);
  if (bins === undefined) return;
  checkObject(bins, "bins", CLAIM);
  for (const [name, other] of Object.entries({ reference, labels })) {
    if (other === undefined) continue;
    throw new TypeError(
      `${CLAIM} as ${name} must not come with bins, which are another prior: ` +
        `current values are ${shown(other)} and ${shown(bins)}`,
    );
  }
}
