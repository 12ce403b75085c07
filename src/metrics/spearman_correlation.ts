/**
 * Spearman's rank correlation of predictions and labels.
 *
 * @module
 */
import { averageRanks } from "./average_ranks.ts";
import { correlation, meanCorrelation } from "./correlation.ts";
import { readPair, type Values } from "./values.ts";

/**
 * Spearman correlation: Pearson's correlation of the ranks; equal values share their average rank.
 *
 * Choose it where only the order matters. It does not change under any rising function of the
 * predictions.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, in any unit.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The coefficient, from -1 to 1; the mean over the columns for D above 1. NaN where
 * predictions or labels of a column are all equal (one row, too), as it is not defined then.
 * @throws {TypeError} If an argument holds no numbers, has more than two axes, or the shapes
 * differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example The same order on another scale
 * ```ts
 * import { spearmanCorrelation } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(await spearmanCorrelation([1, 10, 1000], [1, 2, 3]), 1);
 * ```
 */
export async function spearmanCorrelation(pred: Values, target: Values): Promise<number> {
  const what = "Spearman correlation";
  const ofRanks = (x: Float64Array, y: Float64Array) =>
    correlation(averageRanks(x), averageRanks(y));
  return meanCorrelation(what, await readPair(what, pred, target), ofRanks);
}
