/**
 * What a metric reads: numbers in any of the usual containers.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { type Grid, type NestedNumbers, readArray, type ShapedNumbers } from "./read_array.ts";

export type { NestedNumbers, ShapedNumbers };

/**
 * What every metric takes: an array, a typed array, nested arrays, numbers with a shape, or a
 * tensor of any backend and numeric dtype. A tensor is read back once and not disposed.
 */
export type Values = NestedNumbers | ShapedNumbers | Tensor;

/**
 * The rows of predictions and labels, checked: as many elements of each, all finite, at least one.
 */
export interface Pair {
  readonly pred: Float64Array;
  readonly target: Float64Array;
  /** `[N, ...]`; `[N]` where one of the two is `[N, 1]`. */
  readonly shape: readonly number[];
}

/**
 * Reads values, of which there is at least one; `what` is being computed, `name` is the argument.
 */
export async function readValues(
  what: string,
  name: string,
  values: Values,
  { finite = true } = {},
): Promise<Grid> {
  const grid = isTensor(values)
    ? await readTensor(what, name, values)
    : readArray(what, name, values);
  if (grid.shape.length === 0) {
    throw new TypeError(`Cannot compute ${what} as ${name} must have rows: current shape is []`);
  }
  if (grid.data.length === 0) {
    throw new RangeError(
      `Cannot compute ${what} as ${name} must not be empty: current shape is [${grid.shape}]`,
    );
  }
  if (!finite) return grid;
  let [nan, infinite] = [0, 0];
  for (let i = 0; i < grid.data.length; i++) {
    const value = grid.data[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
  }
  if (nan + infinite > 0) {
    throw new RangeError(
      `Cannot compute ${what} as ${name} must be finite: ` +
        `current value has ${nan} NaN and ${infinite} infinite of ${grid.data.length} elements`,
    );
  }
  return grid;
}

/**
 * The results of several readings, begun at once; throws what the first that failed has thrown, but
 * not before all have ended: a metric leaves nothing running behind.
 */
export async function all<Results extends unknown[]>(
  readings: { readonly [Place in keyof Results]: Promise<Results[Place]> },
): Promise<Results> {
  await Promise.allSettled(readings);
  return await Promise.all(readings) as Results;
}

/** Reads predictions and labels, of one shape; `[N]` and `[N, 1]` are the same. */
export async function readPair(what: string, pred: Values, target: Values): Promise<Pair> {
  const [p, t] = await all([
    readValues(what, "pred", pred),
    readValues(what, "target", target),
  ]);
  if (String(flat(p.shape)) !== String(flat(t.shape))) {
    throw new TypeError(
      `Cannot compute ${what} as pred and target must have the same shape: ` +
        `current shapes are [${p.shape}] and [${t.shape}]`,
    );
  }
  return { pred: p.data, target: t.data, shape: flat(p.shape) };
}

/** Reads one number a row: `[N]` or `[N, 1]`. */
export async function readColumn(
  what: string,
  name: string,
  values: Values,
): Promise<Float64Array> {
  const { data, shape } = await readValues(what, name, values);
  if (flat(shape).length !== 1) {
    throw new TypeError(
      `Cannot compute ${what} as ${name} must be [N] or [N, 1]: current shape is [${shape}]`,
    );
  }
  return data;
}

function flat(shape: readonly number[]): readonly number[] {
  return shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape;
}

async function readTensor(what: string, name: string, tensor: tf.Tensor): Promise<Grid> {
  if (tensor.isDisposed) {
    throw new TypeError(
      `Cannot compute ${what} as ${name} must not be disposed: current value is ${shown(tensor)}`,
    );
  }
  if (tensor.dtype === "string" || tensor.dtype === "complex64") {
    throw new TypeError(
      `Cannot compute ${what} as ${name} must be numeric: current dtype is ${tensor.dtype}`,
    );
  }
  return { data: Float64Array.from(await read(tensor)), shape: tensor.shape };
}
