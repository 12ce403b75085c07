/**
 * The numbers of a group of test rows.
 *
 * @module
 */
import type { BinTable } from "./imbalance_bin.ts";

/** The metrics of a report; NaN where there is no row, and where a correlation is not defined. */
export interface ImbalanceErrors {
  /** Mean absolute error, in units of the label. */
  readonly mae: number;
  /** The mean over the group's bins of the mean absolute error within each. */
  readonly balancedMae: number;
  /** Mean squared error, in units of the label squared. */
  readonly mse: number;
  /** The mean over the group's bins of the mean squared error within each. */
  readonly balancedMse: number;
  /** Root of the mean squared error, in units of the label. */
  readonly rmse: number;
  /** Geometric mean of the absolute errors; 0 if one of them is. */
  readonly geometricMean: number;
  /** Pearson correlation of predictions and labels. */
  readonly pearson: number;
  /** Spearman correlation of predictions and labels. */
  readonly spearman: number;
}

/** The numbers of a group of test rows. */
export interface ImbalanceGroup extends ImbalanceErrors {
  /** Rows of the test set. */
  readonly testCount: number;
  /** Training labels in the group's bins, those of bins without a test row included. */
  readonly trainCount: number;
  /** Bins with a test row. */
  readonly binCount: number;
}

/** The numbers of the rows in the bins at `places`, whose correlations are known. */
export function imbalanceGroup(
  places: readonly number[],
  { trainCounts, testCounts, errors }: BinTable,
  correlations: Pick<ImbalanceErrors, "pearson" | "spearman">,
): ImbalanceGroup {
  const tested = places.filter((place) => testCounts[place]! > 0);
  const total = (of: Float64Array) => places.reduce((sum, place) => sum + of[place]!, 0);
  const balanced = (of: Float64Array) =>
    tested.reduce((sum, place) => sum + of[place]! / testCounts[place]!, 0) / tested.length;
  const testCount = total(testCounts);
  const mse = total(errors.squared) / testCount;
  return {
    testCount,
    trainCount: total(trainCounts),
    binCount: tested.length,
    mae: total(errors.absolute) / testCount,
    balancedMae: balanced(errors.absolute),
    mse,
    balancedMse: balanced(errors.squared),
    rmse: Math.sqrt(mse),
    geometricMean: Math.exp(total(errors.logarithms) / testCount),
    ...correlations,
  };
}
