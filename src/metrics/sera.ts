/**
 * The squared error-relevance area.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import { all, type Pair, readColumn, readPair, type Values } from "./values.ts";

/**
 * Squared error-relevance area (SERA): the squared errors of the labels at least t relevant,
 * summed, and integrated over t from 0 to 1.
 *
 * Choose it where a domain says which labels matter, or rare ones do: it has no threshold to
 * choose, and a model that is wrong on common labels still pays. It is a sum: compare it on the
 * same test set only.
 *
 * The integral is taken exactly: a label counts up to its own relevance, so it is `sum_i
 * relevance_i (pred_i - target_i)^2`. The authors' code takes 1,001 thresholds and the trapezoid
 * rule, which differs by at most 0.0005 of the summed squared error.
 *
 * @param pred Predictions `[N]` or `[N, 1]`, in units of the label.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @param relevance The relevance of a label, from 0 to 1: of {@linkcode relevanceFunction} or your
 * own; or the relevance of every row, `[N]`.
 * @returns The area, 0 or more, in units of the label squared.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ or are not `[N]`.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, or a relevance is not
 * from 0 to 1.
 *
 * @example Only temperatures above 30 degrees matter, those from 20 on a little
 * ```ts
 * import { relevanceFunction, sera } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const relevance = relevanceFunction([[20, 0], [30, 1]]);
 * // Errors of 7, 2 and 3 with relevance 0, 0.5 and 1
 * assertEquals(await sera([3, 27, 32], [10, 25, 35], relevance), 0.5 * 4 + 9);
 * ```
 *
 * @see Ribeiro and Moniz, Imbalanced regression and extreme value prediction, Machine Learning 109,
 * 2020 (SER and SERA).
 */
export async function sera(
  pred: Values,
  target: Values,
  relevance: ((label: number) => number) | Values,
): Promise<number> {
  const what = "SERA";
  const [pair, own] = await all<[Pair, Float64Array | undefined]>([
    readPair(what, pred, target),
    typeof relevance === "function"
      ? Promise.resolve(undefined)
      : readColumn(what, "relevance", relevance),
  ]);
  if (pair.shape.length !== 1) {
    throw new TypeError(
      `Cannot compute ${what} as pred must be [N] or [N, 1]: current shape is [${pair.shape}]`,
    );
  }
  const weights = own ?? relevancesOf(relevance as (label: number) => number, pair.target);
  if (weights.length !== pair.target.length) {
    throw new TypeError(
      `Cannot compute ${what} as relevance must have a number a row: ` +
        `current length is ${weights.length} for ${pair.target.length} rows`,
    );
  }
  let area = 0;
  weights.forEach((weight, i) => {
    if (!(weight >= 0 && weight <= 1)) {
      throw new RangeError(
        `Cannot compute ${what} as relevance must be from 0 to 1: ` +
          `current value is ${weight} for the label ${pair.target[i]}`,
      );
    }
    area += weight * (pair.pred[i]! - pair.target[i]!) ** 2;
  });
  return area;
}

function relevancesOf(relevance: (label: number) => number, labels: Float64Array): Float64Array {
  return labels.map((label) => {
    const value: unknown = relevance(label);
    if (typeof value === "number") return value;
    throw new TypeError(
      `Cannot compute SERA as relevance must give a number: current value is ${shown(value)} ` +
        `for the label ${label}`,
    );
  });
}
