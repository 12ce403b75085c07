/**
 * One label bin of a test set, beside what was seen of it in training.
 *
 * @module
 */
import type { OccupiedBins } from "../bins/occupied_bins.ts";
import type { Shot } from "./shots.ts";

/** One bin of labels; its errors are NaN where it has no test row. */
export interface ImbalanceBin {
  /** The lowest label of the bin. */
  readonly from: number;
  /** Where the next bin begins. */
  readonly to: number;
  /** How often its labels were seen in training. */
  readonly shot: Shot;
  /** Training labels in it. */
  readonly trainCount: number;
  /** Test labels in it. */
  readonly testCount: number;
  /** Mean absolute error, in units of the label. */
  readonly mae: number;
  /** Root mean squared error, in units of the label. */
  readonly rmse: number;
  /** Mean of `pred - target`, in units of the label: above 0 where labels are overestimated. */
  readonly bias: number;
}

/** The errors of a test set summed by bin: each `[B]`. */
export interface BinErrors {
  readonly absolute: Float64Array;
  readonly squared: Float64Array;
  readonly signed: Float64Array;
  /** Of the absolute errors' logarithms; -Infinity where one is 0. */
  readonly logarithms: Float64Array;
}

/** Sums errors by bin; `places` has each row's. */
export function binErrors(
  pred: Float64Array,
  target: Float64Array,
  places: Uint32Array,
  size: number,
): BinErrors {
  const errors: BinErrors = {
    absolute: new Float64Array(size),
    squared: new Float64Array(size),
    signed: new Float64Array(size),
    logarithms: new Float64Array(size),
  };
  for (let i = 0; i < places.length; i++) {
    const [place, error] = [places[i]!, pred[i]! - target[i]!];
    errors.absolute[place]! += Math.abs(error);
    errors.squared[place]! += error * error;
    errors.signed[place]! += error;
    errors.logarithms[place]! += Math.log(Math.abs(error));
  }
  return errors;
}

/** What a report knows of its bins: each `[B]`. */
export interface BinTable {
  readonly trainCounts: Float64Array;
  readonly testCounts: Float64Array;
  readonly errors: BinErrors;
}

/** Every bin with a training or a test label, from the lowest. */
export function imbalanceBins(
  { axis, bins }: OccupiedBins,
  shots: readonly Shot[],
  { trainCounts, testCounts, errors }: BinTable,
): ImbalanceBin[] {
  return Array.from(bins, (bin, place) => {
    const testCount = testCounts[place]!;
    return {
      from: axis.edge(bin),
      to: axis.edge(bin + 1),
      shot: shots[place]!,
      trainCount: trainCounts[place]!,
      testCount,
      mae: errors.absolute[place]! / testCount,
      rmse: Math.sqrt(errors.squared[place]! / testCount),
      bias: errors.signed[place]! / testCount,
    };
  });
}
