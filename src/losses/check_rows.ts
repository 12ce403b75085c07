/**
 * Checks of what every loss takes; `action` is the loss in words, as in "Cannot compute MSE as".
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../check/same_shape.ts";
import { isTensor } from "../check/is_tensor.ts";
import { checkChoice } from "../check/check_choice.ts";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { checkDevice, checkSize } from "../webgpu/limits.ts";

/** What labels, priors, weights and masks may be; predictions and noises are float32. */
const LABEL_DTYPES: readonly string[] = ["float32", "int32", "bool"];

/** What has a number or more a row; the rest is a prior's. */
const OF_ROWS: readonly string[] = ["pred", "target", "weights", "mask"];

/**
 * Throws where `tensor` is no tensor, disposed, of another dtype, or more than the device can bind.
 */
export function checkTensor(
  tensor: Tensor,
  name: string,
  action: string,
  kind: "float32" | "label" = "float32",
): void {
  if (!isTensor(tensor)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be a tensor: current value is ${shown(tensor)}`,
    );
  }
  if (tensor.isDisposed) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must not be disposed: current value is ${shown(tensor)}`,
    );
  }
  if (!tf.engine().state.tensorInfo.has(tensor.dataId)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be a tensor of the tfjs that computes, of which ` +
        "there must be one: current value is of another one, whose numbers are elsewhere",
    );
  }
  const isLabel = kind === "label";
  if (isLabel ? !LABEL_DTYPES.includes(tensor.dtype) : tensor.dtype !== "float32") {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be float32${isLabel ? ", int32 or bool" : ""}: ` +
        `current dtype is ${tensor.dtype}`,
    );
  }
  // Before tfjs's operations work on it: what is too large for them fails without a word.
  const advice = `use a smaller ${OF_ROWS.includes(name) ? "batch" : "batch or reference"}`;
  const purpose = { action: `compute ${action}`, advice };
  checkSize(tf.backend(), name, tensor, purpose);
}

/** Throws unless `pred` and `target` are `[N]`, `[N, 1]` or `[N, D]`, alike and not empty. */
export function checkRows(pred: Tensor, target: Tensor, action: string): void {
  checkDevice(tf.backend(), { action: `compute ${action}` });
  checkTensor(pred, "pred", action);
  checkTensor(target, "target", action, "label");
  if (pred.rank !== 1 && pred.rank !== 2) {
    const remedy = pred.rank > 2 ? `, reshape pred and target to [-1, ${pred.shape.at(-1)}]` : "";
    throw new TypeError(
      `Cannot compute ${action} as pred must be [N], [N, 1] or [N, D]${remedy}: ` +
        `current shape is [${pred.shape}]`,
    );
  }
  if (!sameShape(pred.shape, target.shape)) {
    throw new TypeError(
      `Cannot compute ${action} as pred and target must have the same shape: ` +
        `current shapes are [${pred.shape}] and [${target.shape}]`,
    );
  }
  if (pred.size === 0) {
    throw new RangeError(
      `Cannot compute ${action} as the batch must not be empty: current shape is [${pred.shape}]`,
    );
  }
}

/** Throws where `reduction` is not one that there is. */
export function checkReduction(reduction: unknown, action: string): void {
  checkChoice(reduction, "reduction", ["mean", "sum", "none"], `Cannot compute ${action}`);
}
