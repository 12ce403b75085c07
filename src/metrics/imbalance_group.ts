/**
 * The numbers of a group of test rows.
 *
 * @module
 */
import { balancedMeanAbsoluteError } from "./balanced_mean_absolute_error.ts";
import { balancedMeanSquaredError } from "./balanced_mean_squared_error.ts";
import { geometricMeanError } from "./geometric_mean_error.ts";
import type { ImbalanceBin } from "./imbalance_bin.ts";
import { meanAbsoluteError } from "./mean_absolute_error.ts";
import { meanSquaredError } from "./mean_squared_error.ts";
import { pearsonCorrelation } from "./pearson_correlation.ts";
import { spearmanCorrelation } from "./spearman_correlation.ts";

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

/** The numbers of the rows that the group's bins hold. */
export async function imbalanceGroup(
  bins: readonly ImbalanceBin[],
  pred: readonly number[],
  target: readonly number[],
  binWidth: number,
): Promise<ImbalanceGroup> {
  return {
    testCount: pred.length,
    trainCount: bins.reduce((sum, bin) => sum + bin.trainCount, 0),
    binCount: bins.filter((bin) => bin.testCount > 0).length,
    ...await errorsOf(pred, target, binWidth),
  };
}

async function errorsOf(
  pred: readonly number[],
  target: readonly number[],
  binWidth: number,
): Promise<ImbalanceErrors> {
  const over = (metric: typeof meanAbsoluteError | typeof balancedMeanAbsoluteError) =>
    pred.length === 0 ? NaN : metric(pred, target, { binWidth });
  const mse = await over(meanSquaredError);
  return {
    mae: await over(meanAbsoluteError),
    balancedMae: await over(balancedMeanAbsoluteError),
    mse,
    balancedMse: await over(balancedMeanSquaredError),
    rmse: Math.sqrt(mse),
    geometricMean: await over(geometricMeanError),
    pearson: await over(pearsonCorrelation),
    spearman: await over(spearmanCorrelation),
  };
}
