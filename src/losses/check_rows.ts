/**
 * Checks of what every loss takes; `action` is the loss in words, as in "Cannot compute MSE as".
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Reduction } from "../kernels/log_mass/contract.ts";
import type { Tensor } from "../tensor.ts";
import { checkDevice, checkSize } from "../webgpu/limits.ts";

const REDUCTIONS: readonly unknown[] = ["mean", "sum", "none"];

/** What labels, priors, weights and masks may be; predictions and noises are float32. */
const LABEL_DTYPES: readonly string[] = ["float32", "int32", "bool"];

/** Throws where `tensor` is no tensor, disposed, of another dtype, or more than the device can bind. */
export function checkTensor(
  tensor: Tensor,
  name: string,
  action: string,
  kind: "float32" | "label" = "float32",
): void {
  if (!(tensor instanceof tf.Tensor)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be a tensor: current value is ${tensor}`,
    );
  }
  if (tensor.isDisposed) {
    throw new TypeError(`Cannot compute ${action} as ${name} must not be disposed`);
  }
  const isLabel = kind === "label";
  if (isLabel ? !LABEL_DTYPES.includes(tensor.dtype) : tensor.dtype !== "float32") {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be float32${isLabel ? ", int32 or bool" : ""}: ` +
        `current dtype is ${tensor.dtype}`,
    );
  }
  // Before tfjs's operations work on it: what is too large for them fails without a word.
  const purpose = { action: `compute ${action}`, advice: "use a smaller batch or reference" };
  checkSize(tf.backend(), name, tensor, purpose);
}

/** Throws unless `pred` and `target` are `[N]`, `[N, 1]` or `[N, D]`, alike and not empty. */
export function checkRows(pred: Tensor, target: Tensor, action: string): void {
  checkDevice(tf.backend(), { action: `compute ${action}` });
  checkTensor(pred, "pred", action);
  checkTensor(target, "target", action, "label");
  if (pred.rank !== 1 && pred.rank !== 2) {
    throw new TypeError(
      `Cannot compute ${action} as pred must be [N], [N, 1] or [N, D]: current shape is [${pred.shape}]`,
    );
  }
  if (!tf.util.arraysEqual(pred.shape, target.shape)) {
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
export function checkReduction(reduction: Reduction, action: string): void {
  if (!REDUCTIONS.includes(reduction)) {
    throw new RangeError(
      `Cannot compute ${action} as reduction must be "mean", "sum" or "none": current value is ${reduction}`,
    );
  }
}

/** Throws unless `value` is a number that is positive and finite, or 0 where that is allowed. */
export function checkNumber(value: number, name: string, action: string, zero = false): void {
  const isNumber = typeof value === "number";
  if (isNumber && value < Infinity && (value > 0 || (zero && value === 0))) return;
  throw new (isNumber ? RangeError : TypeError)(
    `Cannot compute ${action} as ${name} must be a finite number ${zero ? ">=" : ">"} 0: ` +
      `current value is ${value}`,
  );
}
