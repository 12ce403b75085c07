/**
 * Numbers in arrays, nested or with a shape.
 *
 * @module
 */
import { shown } from "../check/shown.ts";

/**
 * Numbers, or rows of numbers, nested as deep as there are axes; every row of an axis is as long.
 */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

/**
 * Numbers in row-major order and their shape: a flat typed array that stands for `[N, J, 3]`, say.
 */
export interface ShapedNumbers {
  /** The numbers, in row-major order: as many as the shape says. */
  readonly data: ArrayLike<number>;
  /** The length of each axis, rows first. */
  readonly shape: readonly number[];
}

/** Values as the metrics work on them. */
export interface Grid {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** Reads an array, nested arrays or numbers with a shape; `name` is the argument. */
export function readArray(what: string, name: string, values: NestedNumbers | ShapedNumbers): Grid {
  if (typeof values !== "object" || values === null || !("length" in values || "data" in values)) {
    throw new TypeError(
      `Cannot compute ${what} as ${name} must be numbers or a tensor: current value is ${
        shown(values)
      }`,
    );
  }
  if ("length" in values) {
    const shape = shapeOf(values);
    const data = new Float64Array(sizeOf(shape));
    fill(what, name, data, 0, values, shape);
    return { data, shape };
  }
  const { data, shape } = values;
  const isShape = Array.isArray(shape) &&
    shape.every((axis) => Number.isInteger(axis) && axis >= 0);
  if (!isShape || data?.length !== sizeOf(shape)) {
    throw new TypeError(
      `Cannot compute ${what} as ${name} must have as many elements as its shape says: ` +
        `current shape is ${shown(shape)}, current length is ${data?.length}`,
    );
  }
  const flatData = new Float64Array(data.length);
  fill(what, name, flatData, 0, data, [data.length]);
  return { data: flatData, shape };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** More than a tensor has: a list may hold itself. */
const MOST_AXES = 8;

/** The lengths along the first elements; `fill` finds whether all the others agree. */
function shapeOf(values: NestedNumbers): number[] {
  const shape: number[] = [];
  let level: NestedNumbers | number | undefined = values;
  while (
    typeof level === "object" && level !== null && "length" in level && shape.length < MOST_AXES
  ) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function fill(
  what: string,
  name: string,
  data: Float64Array,
  start: number,
  values: NestedNumbers,
  shape: readonly number[],
): void {
  if (values?.length !== shape[0]) {
    throw new TypeError(
      `Cannot compute ${what} as the rows of ${name} must be equally long: ` +
        `current lengths are ${shape[0]} and ${values?.length}`,
    );
  }
  const inner = shape.slice(1);
  const stride = sizeOf(inner);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (inner.length > 0) {
      fill(what, name, data, start + i * stride, value as NestedNumbers, inner);
    } else if (typeof value === "number") {
      data[start + i] = value;
    } else {
      throw new TypeError(
        `Cannot compute ${what} as ${name} must hold numbers: current element ${i} is ${
          shown(value)
        }`,
      );
    }
  }
}
