/**
 * The priors of Balanced MAE.
 *
 * @module
 */
import type { LabelPrior } from "../priors/label_prior.ts";
import type { Tensor } from "../tensor.ts";
import { keptColumns } from "./batch_labels.ts";
import type { BmaeOptions } from "./bmae.ts";
import { checkPrior } from "./check_balanced_mse.ts";
import { logWeightTensor, priorTensor } from "./prior_tensors.ts";
import { maskTensor, type RowTensors } from "./row_tensors.ts";

/** The columns, and whether the own label joins them. */
export interface BmaePrior {
  readonly columns: LabelPrior;
  readonly ownLabel: boolean;
}

const ACTION = "balanced MAE";

/** The prior that stands in the options, checked; to be called within a tidy. */
export function givenPrior({ reference, bins }: BmaeOptions, dim: number): BmaePrior | undefined {
  if (bins !== undefined) {
    const columns = {
      center: priorTensor(bins.centers, "centers", "finite", ACTION),
      logWeight: logWeightTensor(bins.weights, ACTION),
    };
    checkPrior(columns, dim, { action: ACTION, center: "centers", logWeight: "weights" });
    return { columns, ownLabel: false };
  }
  if (reference === undefined) return undefined;
  checkPrior({ center: reference }, dim, { action: ACTION, center: "reference" });
  return { columns: { center: reference }, ownLabel: true };
}

/** The labels of the batch, or of that which it is a part of. */
export function batchPrior(
  target: Tensor,
  { labels, labelsMask }: BmaeOptions,
  { mask }: RowTensors,
): BmaePrior {
  const all = labels ?? target;
  const keep = labelsMask === undefined
    ? undefined
    : maskTensor(labelsMask, all.shape[0]!, ACTION, "labelsMask");
  // Rows that a mask leaves out are left out as columns, too.
  const kept = labels === undefined ? mask : keep;
  return { columns: kept ? keptColumns(all, kept) : { center: all }, ownLabel: false };
}
