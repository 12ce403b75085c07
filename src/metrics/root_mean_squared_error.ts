/**
 * The root mean squared error, as a metric.
 *
 * @module
 */
import { readPair, type Values } from "./values.ts";

/**
 * Root mean squared error (RMSE): the square root of the mean of `(pred - target)^2` over all
 * elements.
 *
 * Choose it for MSE in units of the label. The mean is taken over all rows before the root: it is
 * not the mean of the RMSE of batches.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The error, in units of the label, accumulated in float64.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example Errors of 1 and 7
 * ```ts
 * import { rootMeanSquaredError } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await rootMeanSquaredError([0, 0], [1, 7]), 5);
 * ```
 */
export async function rootMeanSquaredError(pred: Values, target: Values): Promise<number> {
  const pair = await readPair("RMSE", pred, target);
  let sum = 0;
  for (let i = 0; i < pair.pred.length; i++) sum += (pair.pred[i]! - pair.target[i]!) ** 2;
  return Math.sqrt(sum / pair.pred.length);
}
