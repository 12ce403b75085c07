/**
 * The mean absolute error, as a metric.
 *
 * @module
 */
import { readPair, type Values } from "./values.ts";

/**
 * Mean absolute error (MAE): the mean of `|pred - target|` over all elements.
 *
 * Choose it as the number to report for ages, years or counts; it is the L1 of Yang et al.'s
 * tables. On an imbalanced test set set {@linkcode balancedMeanAbsoluteError} or {@linkcode
 * shotwise} beside it.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The error, in units of the label, accumulated in float64.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example Predictions from a tensor, labels from an array
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { meanAbsoluteError } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await meanAbsoluteError(tf.tensor2d([[1], [2]]), [1, 5]), 1.5);
 * ```
 */
export async function meanAbsoluteError(pred: Values, target: Values): Promise<number> {
  const pair = await readPair("MAE", pred, target);
  let sum = 0;
  for (let i = 0; i < pair.pred.length; i++) sum += Math.abs(pair.pred[i]! - pair.target[i]!);
  return sum / pair.pred.length;
}
