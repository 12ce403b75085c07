/**
 * The options of rows, checked, as tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { isFloat32 } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";
import type { Reduction } from "../kernels/log_mass/contract.ts";
import type { Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkReduction, checkTensor } from "./check_rows.ts";
import type { RowOptions } from "./row_options.ts";

/** {@linkcode RowOptions} as the device takes them. */
export interface RowTensors {
  /** `[N]`, float32; asking for its gradient throws. */
  readonly weights?: Tensor;
  /** `[N]`, bool. */
  readonly mask?: Tensor;
  readonly reduction: Reduction;
}

/**
 * Checks the options of a loss of `rows` rows and makes tensors of arrays. To be called within a
 * tidy.
 *
 * @throws {TypeError} If the kind, dtype, shape or length of `weights` or `mask` is wrong.
 * @throws {RangeError} If `reduction` or a value in an array is wrong, or an array's weights are
 * all 0.
 */
export function rowTensors(options: RowOptions, rows: number, action: string): RowTensors {
  const { weights, mask, reduction = "mean" } = options;
  checkReduction(reduction, action);
  // Both are checked before anything is computed.
  const kept = mask === undefined ? undefined : maskTensor(mask, rows, action);
  const weighed = weights === undefined ? undefined : weightTensor(weights, rows, action);
  return {
    reduction,
    ...(weighed && { weights: withoutGradient(weighed) }),
    ...(kept && { mask: kept }),
  };
}

function weightTensor(weights: Tensor | ArrayLike<number>, rows: number, action: string): Tensor {
  if (!isArray(weights)) {
    return asFloat32(checkedTensor(weights as Tensor, "weights", rows, action));
  }
  const values = Array.from(weights);
  checkLength(values, "weights", rows, action);
  for (const [i, value] of values.entries()) {
    const isNumber = typeof value === "number";
    if (!isNumber || !(value >= 0 && isFloat32(value))) {
      throw new (isNumber ? RangeError : TypeError)(
        `Cannot compute ${action} as weights must be finite float32 numbers >= 0: ` +
          `current value of row ${i} is ${shown(value)}`,
      );
    }
  }
  if (values.every((value) => value === 0)) {
    throw new RangeError(
      `Cannot compute ${action} as weights must not all be 0: current number of rows is ${rows}`,
    );
  }
  return tf.tensor1d(values, "float32");
}

/** A mask as a bool tensor `[rows]`; throws where it is none. */
export function maskTensor(
  mask: Tensor | ArrayLike<boolean | number>,
  rows: number,
  action: string,
  name = "mask",
): Tensor {
  if (!isArray(mask)) {
    const tensor = checkedTensor(mask as Tensor, name, rows, action);
    return tensor.dtype === "bool" ? tensor : tf.cast(tensor, "bool");
  }
  const values = Array.from(mask);
  checkLength(values, name, rows, action);
  for (const [i, value] of values.entries()) {
    if (typeof value !== "boolean" && value !== 0 && value !== 1) {
      throw new (typeof value === "number" ? RangeError : TypeError)(
        `Cannot compute ${action} as ${name} must be true or false, 1 or 0: ` +
          `current value of row ${i} is ${shown(value)}`,
      );
    }
  }
  return tf.tensor1d(values.map(Boolean), "bool");
}

function isArray<T>(value: Tensor | ArrayLike<T>): value is ArrayLike<T> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function checkLength(values: unknown[], name: string, rows: number, action: string): void {
  if (values.length !== rows) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must have one value a row, ${rows}: current length is ` +
        `${values.length}`,
    );
  }
}

function checkedTensor(
  tensor: Tensor,
  name: string,
  rows: number,
  action: string,
): Tensor {
  if (!isTensor(tensor)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be a tensor or an array: current value is ${
        shown(tensor)
      }`,
    );
  }
  checkTensor(tensor, name, action, "label");
  if (tensor.rank !== 1 || tensor.shape[0] !== rows) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be [${rows}]: current shape is [${tensor.shape}]`,
    );
  }
  return tensor;
}

/** The same tensor; whoever asks for its gradient gets an error instead of a silent zero. */
function withoutGradient(weights: Tensor): Tensor {
  return tf.customGrad((x) => ({
    value: (x as Tensor).clone(),
    gradFunc: () => {
      throw new Error("Cannot differentiate a loss in its weights: only in pred");
    },
  }))(weights);
}
