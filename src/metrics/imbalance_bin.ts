/**
 * One label bin of a test set, beside what was seen of it in training.
 *
 * @module
 */
import { binOf, countByBin } from "./label_bins.ts";
import { type Shot, shotOf } from "./shots.ts";

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

/** Every bin with a training or a test label, from the lowest. */
export function imbalanceBins(
  what: string,
  train: Float64Array,
  test: Float64Array,
  pred: Float64Array,
  { binWidth, ...thresholds }: { binWidth: number; many: number; few: number },
): ImbalanceBin[] {
  const trainCounts = countByBin(what, train, binWidth);
  const errors = new Map<number, number[]>([...trainCounts.keys()].map((bin) => [bin, []]));
  test.forEach((label, i) => {
    const bin = binOf(what, label, binWidth);
    const ofBin = errors.get(bin) ?? [];
    ofBin.push(pred[i]! - label);
    errors.set(bin, ofBin);
  });
  return [...errors].sort(([a], [b]) => a - b).map(([bin, ofBin]) => {
    const trainCount = trainCounts.get(bin) ?? 0;
    return {
      from: edge(bin, binWidth),
      to: edge(bin + 1, binWidth),
      shot: shotOf(trainCount, thresholds),
      trainCount,
      testCount: ofBin.length,
      mae: mean(ofBin.map(Math.abs)),
      rmse: Math.sqrt(mean(ofBin.map((error) => error * error))),
      bias: mean(ofBin),
    };
  });
}

/** 3 * 0.1 as 0.3. */
function edge(bin: number, binWidth: number): number {
  return Number((bin * binWidth).toPrecision(12));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
