/**
 * Pearson's correlation of predictions and labels.
 *
 * @module
 */
import { correlation, meanCorrelation } from "./correlation.ts";
import { readPair, type Values } from "./values.ts";

/**
 * Pearson correlation: how near predictions and labels lie to one rising line.
 *
 * Choose it where the scale of the predictions does not matter (text similarity). It does not see a
 * shift or a stretch: a model that shrinks everything towards the mean may score 1.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, in any unit.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The coefficient, from -1 to 1; the mean over the columns for D above 1. NaN where
 * predictions or labels of a column are all equal (one row, too), as it is not defined then.
 * @throws {TypeError} If an argument holds no numbers, has more than two axes, or the shapes
 * differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example A falling line
 * ```ts
 * import { pearsonCorrelation } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(await pearsonCorrelation([9, 7, 5], [1, 2, 3]), -1);
 * ```
 */
export async function pearsonCorrelation(pred: Values, target: Values): Promise<number> {
  const what = "Pearson correlation";
  return meanCorrelation(what, await readPair(what, pred, target), correlation);
}
