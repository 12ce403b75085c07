/**
 * Numbers of a prior, checked, as tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { isFloat32 } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";
import type { Dimensions } from "../kernels/log_mass/contract.ts";
import type { Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkTensor } from "./check_rows.ts";

/** One number or one row of numbers a column. */
export type Columns = Tensor | readonly number[] | readonly (readonly number[])[];

/** What the numbers must be: any finite ones, above 0, or not negative. */
export type Domain = "finite" | "positive" | "not negative";

/**
 * Makes a tensor of a prior's numbers; to be called within a tidy. Arrays are checked by value,
 * tensors by kind.
 *
 * @returns The numbers in float32; int32 and bool are cast.
 * @throws {TypeError} If it is neither a tensor of real numbers nor numbers of one shape.
 * @throws {RangeError} If it is empty or a value is out of its domain.
 */
export function priorTensor(values: Columns, name: string, domain: Domain, action: string): Tensor {
  if (isTensor(values)) {
    checkTensor(values, name, action, "label");
    if (values.size === 0) throwEmpty(name, action);
    return asFloat32(values);
  }
  checkColumns(values, name, domain, action);
  return tf.tensor(values as number[], undefined, "float32");
}

/**
 * A center that is nearly 0 may become 0 in float32, a variance may not; of weights the logarithm
 * counts.
 */
const DOMAINS: Readonly<Record<Domain, [rule: string, holds: (x: number) => boolean]>> = {
  finite: ["finite float32 numbers", (x) => Number.isFinite(Math.fround(x))],
  positive: ["finite float32 numbers > 0", (x) => x > 0 && isFloat32(x)],
  "not negative": ["finite numbers >= 0", (x) => x >= 0 && x < Infinity],
};

function checkColumns(values: Columns, name: string, domain: Domain, action: string): void {
  if (!Array.isArray(values)) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be numbers or a tensor: ` +
        `current value is ${shown(values)}`,
    );
  }
  if (values.length === 0) throwEmpty(name, action);
  const [rule, holds] = DOMAINS[domain];
  const width = Array.isArray(values[0]) ? values[0].length : undefined;
  values.forEach((value: unknown, j) => {
    const row: unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value) ? row.length !== width : width !== undefined) {
      throw new TypeError(
        `Cannot compute ${action} as the rows of ${name} must have one length, ${width ?? 1}: ` +
          `current row ${j} is ${shown(value)}`,
      );
    }
    for (const x of row) {
      if (typeof x !== "number") {
        throw new TypeError(
          `Cannot compute ${action} as ${name} must be numbers: current value of column ${j} is ${
            shown(x)
          }`,
        );
      }
      if (!holds(x)) {
        throw new RangeError(
          `Cannot compute ${action} as ${name} must be ${rule}: current value of column ${j} is ` +
            `${x}`,
        );
      }
    }
  });
}

/**
 * The logarithms of a prior's weights, of which at least one must be above 0, of each dimension
 * where they are by dimension; those that are 0 become -Infinity.
 */
export function logWeightTensor(
  weights: Columns,
  action: string,
  dimensions: Dimensions = "joint",
): Tensor {
  if (isTensor(weights)) {
    if (weights.rank !== 1 && !(weights.rank === 2 && dimensions === "each")) {
      const shapes = dimensions === "each" ? "[M] or [M, D]" : "[M]";
      throw new TypeError(
        `Cannot compute ${action} as weights must be ${shapes}: ` +
          `current shape is [${weights.shape}]`,
      );
    }
    return tf.log(priorTensor(weights, "weights", "not negative", action));
  }
  checkSomeWeight(weights, action);
  checkColumns(weights, "weights", "not negative", action);
  // In float64: float32 may hold the logarithm of a weight that it cannot hold.
  const logs = weights.map((row) =>
    Array.isArray(row) ? row.map(Math.log) : Math.log(row as number)
  );
  return tf.tensor(logs as number[], undefined, "float32");
}

function checkSomeWeight(weights: Columns, action: string): void {
  if (!Array.isArray(weights) || weights.length === 0) return;
  const rows: unknown[][] = weights.map((row: unknown) => Array.isArray(row) ? row : [row]);
  for (const d of rows[0]!.keys()) {
    if (rows.some((row) => row[d] !== 0)) continue;
    const where = Array.isArray(weights[0]) ? ` of dimension ${d}` : "";
    throw new RangeError(
      `Cannot compute ${action} as weights${where} must not all be 0: current number of columns ` +
        `is ${weights.length}`,
    );
  }
}

function throwEmpty(name: string, action: string): never {
  throw new RangeError(
    `Cannot compute ${action} as the prior must not be empty: current number of ${name} is 0`,
  );
}
