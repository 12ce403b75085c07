/**
 * The mean squared error, as a metric.
 *
 * @module
 */
import { readPair, type Values } from "./values.ts";

/**
 * Mean squared error (MSE): the mean of `(pred - target)^2` over all elements.
 *
 * Choose it to compare with what training minimizes; on an imbalanced test set it speaks of the
 * crowded labels, so set {@linkcode balancedMeanSquaredError} or {@linkcode shotwise} beside it. To
 * train by it, take a loss instead: a metric has no gradient.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The error, in units of the label squared, accumulated in float64.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example Errors of 0, 1 and 2
 * ```ts
 * import { meanSquaredError } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(await meanSquaredError([1, 2, 3], [1, 3, 5]), 5 / 3);
 * ```
 */
export async function meanSquaredError(pred: Values, target: Values): Promise<number> {
  const pair = await readPair("MSE", pred, target);
  let sum = 0;
  for (let i = 0; i < pair.pred.length; i++) sum += (pair.pred[i]! - pair.target[i]!) ** 2;
  return sum / pair.pred.length;
}
