/**
 * Numbers of a prior, checked, as tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkTensor } from "./check_rows.ts";

/** One number or one row of numbers a column. */
export type Columns = Tensor | readonly number[] | readonly (readonly number[])[];

/** What the numbers must be: any finite ones, above 0, or not negative. */
export type Domain = "finite" | "positive" | "not negative";

/**
 * Makes a tensor of a prior's numbers; to be called within a tidy. Arrays are checked by value, tensors by kind.
 *
 * @returns The numbers in float32; int32 and bool are cast.
 * @throws {TypeError} If it is neither a tensor of real numbers nor numbers of one shape.
 * @throws {RangeError} If it is empty or a value is out of its domain.
 */
export function priorTensor(values: Columns, name: string, domain: Domain, action: string): Tensor {
  if (values instanceof tf.Tensor) {
    checkTensor(values, name, action, "label");
    if (values.size === 0) throwEmpty(name, action);
    return asFloat32(values);
  }
  if (!Array.isArray(values)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be numbers or a tensor: current value is ${values}`,
    );
  }
  if (values.length === 0) throwEmpty(name, action);
  const width = Array.isArray(values[0]) ? values[0].length : undefined;
  values.forEach((value: unknown, j) => {
    const row: unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value) ? row.length !== width : width !== undefined) {
      throw new TypeError(
        `Cannot compute ${action} as the rows of ${name} must have one length, ${width}: current row ${j} is ${value}`,
      );
    }
    for (const x of row) {
      if (typeof x !== "number") {
        throw new TypeError(
          `Cannot compute ${action} as ${name} must be numbers: current value of column ${j} is ${x}`,
        );
      }
      const inside = domain === "positive" ? x > 0 : domain === "not negative" ? x >= 0 : true;
      if (!Number.isFinite(x) || !inside) {
        throw new RangeError(
          `Cannot compute ${action} as ${name} must be ${
            domain === "finite" ? "" : `${domain} and `
          }finite: current value of column ${j} is ${x}`,
        );
      }
    }
  });
  return tf.tensor(values as number[], undefined, "float32");
}

/** The logarithms of a prior's weights, of which at least one must be above 0; those that are 0 become -Infinity. */
export function logWeightTensor(weights: Columns, action: string): Tensor {
  if (Array.isArray(weights) && weights.length > 0 && weights.every((weight) => weight === 0)) {
    throw new RangeError(
      `Cannot compute ${action} as weights must not all be 0: current number of columns is ${weights.length}`,
    );
  }
  return tf.log(priorTensor(weights, "weights", "not negative", action));
}

function throwEmpty(name: string, action: string): never {
  throw new RangeError(
    `Cannot compute ${action} as the prior must not be empty: current number of ${name} is 0`,
  );
}
