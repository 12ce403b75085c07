/**
 * A metric as an argument, and its value over some of the rows.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Pair, ShapedNumbers, Values } from "./values.ts";

/** A number of predictions and labels, such as {@linkcode meanAbsoluteError}. */
export type Metric = (pred: Values, target: Values) => Promise<number>;

/** Throws unless the first argument is a metric; `order` names the arguments. */
export function checkMetric(metric: unknown, what: string, order: string): void {
  if (typeof metric === "function") return;
  throw new TypeError(
    `Cannot compute ${what} as the order must be ${order}: ` +
      `current first argument is ${shown(metric)}`,
  );
}

/** The value over the rows of these indices, or over all; NaN where there is none. */
export async function metricOver(
  metric: Metric,
  { pred, target, shape }: Pair,
  what: string,
  rows?: Uint32Array,
): Promise<number> {
  if (rows?.length === 0) return NaN;
  const of = (data: Float64Array) => rows ? take(data, shape, rows) : { data, shape };
  const value: unknown = await metric(of(pred), of(target));
  if (typeof value === "number") return value;
  throw new TypeError(
    `Cannot compute ${what} as the metric must return a number: current value is ${shown(value)}`,
  );
}

/** Some of the rows. */
function take(data: Float64Array, shape: readonly number[], rows: Uint32Array): ShapedNumbers {
  const stride = data.length / shape[0]!;
  const taken = new Float64Array(rows.length * stride);
  for (let k = 0; k < rows.length; k++) {
    for (let d = 0; d < stride; d++) taken[k * stride + d] = data[rows[k]! * stride + d]!;
  }
  return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}
