/**
 * The geometric mean of the absolute errors.
 *
 * @module
 */
import { readPair, type Values } from "./values.ts";

/**
 * Geometric mean error (GM): `exp(mean(log |pred - target|))` over all elements.
 *
 * Choose it beside MAE to see how evenly the errors are spread: a few large errors weigh less, and
 * errors that are tiny on some rows and large on others lower it. **One error of exactly 0 makes it
 * 0**, as in the authors' code; nothing is clipped. So it says little of predictions that are
 * rounded like the labels.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @returns The error, in units of the label, at most MAE.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If there is no row, or an element is NaN or infinite.
 *
 * @example Errors of 1 and 4
 * ```ts
 * import { geometricMeanError } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(await geometricMeanError([1, 8], [2, 4]), 2);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021.
 */
export async function geometricMeanError(pred: Values, target: Values): Promise<number> {
  const pair = await readPair("geometric mean error", pred, target);
  let sum = 0;
  for (let i = 0; i < pair.pred.length; i++) {
    sum += Math.log(Math.abs(pair.pred[i]! - pair.target[i]!));
  }
  return Math.exp(sum / pair.pred.length);
}
