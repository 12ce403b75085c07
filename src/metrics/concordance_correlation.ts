/**
 * Lin's concordance correlation of predictions and labels.
 *
 * @module
 */
import { meanCorrelation } from "./correlation.ts";
import { readPair, type Values } from "./values.ts";

/**
 * Concordance correlation (CCC): how near predictions and labels lie to the line `pred = target`,
 * `2 cov / (var(pred) + var(target) + (mean(pred) - mean(target))^2)`, moments over N.
 *
 * Choose it where agreement counts on a scale of its own (emotions from a face or a voice, readings
 * of two devices): unlike {@linkcode pearsonCorrelation} it sees a shift and a stretch, so that a
 * model that shrinks everything towards the mean does not score 1. {@linkcode cccLoss} trains for
 * it. It weighs rows alike: by label, see {@linkcode balanced} with another metric, as a bin of
 * equal labels has no correlation.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The coefficient, from -1 to 1; the mean over the columns for D above 1. 0 where
 * predictions or labels of a column are all equal; NaN where they are all one number, both, as it
 * is not defined then.
 * @throws {TypeError} If an argument holds no numbers, has more than two axes, or the shapes
 * differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example A rising line that is too flat
 * ```ts
 * import { concordanceCorrelation, pearsonCorrelation } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [pred, target] = [[1.5, 2, 2.5], [1, 2, 3]];
 * assertAlmostEquals(await pearsonCorrelation(pred, target), 1);
 * assertAlmostEquals(await concordanceCorrelation(pred, target), 0.8);
 * ```
 *
 * @see Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, Biometrics 45, 1989.
 */
export async function concordanceCorrelation(pred: Values, target: Values): Promise<number> {
  const what = "concordance correlation";
  return meanCorrelation(what, await readPair(what, pred, target), concordance);
}

/** Measured from the first label: numbers far from 0 keep their digits. */
function concordance(x: Float64Array, y: Float64Array): number {
  const origin = y[0]!;
  const mean = (column: Float64Array) =>
    column.reduce((sum, value) => sum + (value - origin), 0) / column.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - origin - meanX, y[i]! - origin - meanY];
    [xx, yy, xy] = [xx + dx * dx, yy + dy * dy, xy + dx * dy];
  }
  const value = 2 * xy / (xx + yy + x.length * (meanX - meanY) ** 2);
  // Rounding may pass 1 by an ulp or two.
  return Math.max(-1, Math.min(1, value));
}
