/**
 * The labels of a batch as a prior.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../check/shown.ts";
import { warnOnce } from "../check/warn_once.ts";
import type { Dimensions } from "../kernels/log_mass/contract.ts";
import type { Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkTensor } from "./check_rows.ts";
import { keepRows } from "./keep_rows.ts";
import { offTape } from "./off_tape.ts";

/** What a loss may be told of its prior; see {@linkcode BmcOptions}. */
interface LabelOptions {
  readonly reference?: Tensor | undefined;
  readonly labels?: Tensor | undefined;
  readonly labelsMask?: Tensor | undefined;
}

/** Throws unless the labels of the whole batch go with `pred`, and with the other options. */
export function checkLabels(
  { reference, labels, labelsMask }: LabelOptions,
  pred: Tensor,
  action: string,
): void {
  if (labels === undefined) {
    if (labelsMask === undefined) return;
    throw new TypeError(
      `Cannot compute ${action} as labelsMask must come with labels: ` +
        "current value of labels is undefined",
    );
  }
  if (reference !== undefined) {
    throw new TypeError(
      `Cannot compute ${action} as labels must not come with a reference, which is another ` +
        `prior: current values are ${shown(labels)} and ${shown(reference)}`,
    );
  }
  checkTensor(labels, "labels", action, "label");
  const width = (tensor: Tensor) => tensor.shape[1] ?? 1;
  if (labels.rank < 1 || labels.rank > 2 || labels.size === 0 || width(labels) !== width(pred)) {
    throw new TypeError(
      `Cannot compute ${action} as labels must be [M] or [M, ${
        width(pred)
      }], M rows of pred's width: ` +
        `current shape is [${labels.shape}]`,
    );
  }
}

/** The columns of the labels that a mask keeps; to be called within a tidy. */
export function keptColumns(labels: Tensor, keep: Tensor): { center: Tensor; logWeight: Tensor } {
  // Rows left out are no columns either: any finite label, and next to no weight. Not log(0), which
  // would leave 0 / 0 where every row is left out.
  return {
    center: keepRows(asFloat32(labels), keep),
    logWeight: offTape(() => tf.mul(tf.sub(tf.cast(keep, "float32"), 1), 1e30)),
  };
}

/** Warns, once a loss, that one label is no prior. */
export function warnOfOneRow(loss: string): void {
  const remedy = "use larger batches or a reference sample";
  warnOnce(`${loss} row`, `${loss} of a batch of one row is the constant 0: ${remedy}`);
}

/** In fewer dimensions the labels of a batch are a prior. */
const MOST_DIMENSIONS = 8;
/** Labels a dimension that are one in more. */
const LEAST_LABELS = 10;

/** Warns, once a loss, of labels that are too few to be one prior of many dimensions; by shapes. */
export function warnOfSparsePrior(
  loss: string,
  pred: Tensor,
  labels: Tensor,
  { dimensions }: { readonly dimensions?: Dimensions | undefined } = {},
): void {
  if (dimensions === "each") return; // D priors of one dimension
  const [columns, dim] = [labels.shape[0]!, pred.shape[1] ?? 1];
  if (dim <= MOST_DIMENSIONS || columns >= LEAST_LABELS * dim) return;
  warnOnce(
    `${loss} dimensions`,
    `${loss} of ${dim} dimensions has a prior of ${columns} labels, too few in so large a space, ` +
      'which may cost accuracy: take each dimension for itself, dimensions: "each", or gaiLoss, ' +
      `or a reference of ${LEAST_LABELS * dim} labels or more`,
  );
}
