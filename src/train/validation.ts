/**
 * What the trainer is told of validation.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import type { Data } from "./data.ts";
import type { Tensors } from "./tensors.ts";

/**
 * A number that tells how good predictions are. What it returns says how it is asked:
 *
 * - **a tensor** (a scalar): batch by batch; its values are averaged over the batches, weighed by
 *   their rows, and stay on the device until all are read at once. Right for means over rows.
 * - **anything else**, a number, several numbers by name, or a promise of one of these or of a
 *   tensor: once, with all rows of the validation set. So are the metrics of this module:
 *   `balancedMeanAbsoluteError` as it is, or `(pred, target) => shotwise(meanAbsoluteError, pred,
 *   target, trainLabels)`, whose numbers are then called `name.overall`, `name.many` and so on.
 *
 * In a run's first validation one of the second kind may be asked with the first batch, too, to
 * tell its kind.
 */
export type ValidationMetric<Y extends Tensors = Tensor, P extends Tensors = Tensor> = (
  pred: P,
  target: Y,
) => Tensor | number | object | Promise<Tensor | number | object>;

/** How `train` validates. */
export interface Validation<
  X extends Tensors = Tensor,
  Y extends Tensors = Tensor,
  P extends Tensors = Tensor,
> {
  /**
   * Validation data; never shuffled. Rows that a mask leaves out are left out. Tensors are one
   * batch unless `batchSize` says otherwise.
   */
  readonly data: Data<X, Y>;
  /**
   * Metrics by name: see {@linkcode ValidationMetric}. One that throws or rejects ends the run with
   * an error.
   */
  readonly metrics: Readonly<Record<string, ValidationMetric<Y, P>>>;
  /** Validate every so many epochs, and after the last. Default 1. */
  readonly every?: number | undefined;
  /**
   * The metric that decides which weights are best; of several numbers one by its name,
   * `"mae.few"`. Default the first. On an imbalanced validation set plain errors choose what leans
   * on the crowd: take a balanced one.
   */
  readonly monitor?: string | undefined;
  /** Whether the least or the greatest value is best. Default `"min"`. */
  readonly mode?: "min" | "max" | undefined;
  /**
   * Rows a batch where `data` is tensors. Default all; 1,024 where all exceed what the device takes
   * at once.
   */
  readonly batchSize?: number | undefined;
}
