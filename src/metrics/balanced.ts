/**
 * Any metric, balanced over label bins.
 *
 * @module
 */
import type { LabelCounts } from "../bins/label_counts.ts";
import { occupiedBins } from "../bins/occupied_bins.ts";
import { checkLabelBins, readBinned } from "./label_bin_options.ts";
import { checkMetric, type Metric, metricOver } from "./metric.ts";
import { checkShots, countPlaces, type Shot, shotOf, type ShotOptions } from "./shots.ts";
import type { ShotwiseValues } from "./shotwise.ts";
import { readTrainingLabels, type TrainingLabels } from "./training_labels.ts";
import { all, readColumn, type Values } from "./values.ts";

/** The bins, where they count as many or few, and what rows are the rarest. */
export interface BalancedOptions extends ShotOptions {
  /**
   * How rare each row is, `[N]` or `[N, 1]`, the greatest number the rarest: a pose's distance to
   * the mean pose. Default: the fewer training labels a row's bin holds, the rarer it is.
   */
  readonly rarity?: Values | undefined;
}

/**
 * The mean over bins of a metric within each, overall and by shot; and the metric over the rarest
 * rows. NaN where there is no row.
 */
export interface BalancedValues extends ShotwiseValues {
  /** The mean over all bins with a row. */
  readonly overall: number;
  /** The mean over those of them that hold more than `many` training labels. */
  readonly many: number;
  /** The mean over those in between. */
  readonly medium: number;
  /** The mean over those that hold fewer than `few` training labels, or none. */
  readonly few: number;
  /** The metric over the rarest tenth of the rows, of whatever bins, together. */
  readonly tail10: number;
  /** The metric over the rarest twentieth. */
  readonly tail5: number;
}

/**
 * Any metric, balanced: taken within each label bin, then averaged over the bins, so that every
 * label range of the test set counts alike; overall and by shot. And its tails: the metric over the
 * rarest rows.
 *
 * Choose it as the number to judge Balanced MSE by: the papers' bMAE, bMPJPE, bMPVPE. {@linkcode
 * shotwise} takes all rows of a shot together, so that its common labels count for more; {@linkcode
 * balancedMeanAbsoluteError} is `overall` of `meanAbsoluteError`, and needs no training labels.
 * Bins of a few rows make it noisy: then take wider ones.
 *
 * @param metric The metric: {@linkcode mpjpe} or any other, or a function of your own that binds
 * its options. It is called once for each bin with a row.
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, ...]`.
 * @param target Labels, in the shape of `pred` (`[N]` and `[N, 1]` count as the same).
 * @param trainLabels Labels of the training set, `[M]`, `[M, 1]` or as {@linkcode LabelCounts}, in
 * units of the label (of `binBy` where that is given). Without them there are no shots, and no
 * tails unless by `rarity`.
 * @param options The bins, the thresholds and the rarity; `binBy` is needed where labels are not
 * `[N]`.
 * @returns The six numbers, in the metric's unit; NaN where there is no row, never 0. Bins without
 * a test row do not count. A tail has `floor(N / 10)` or `floor(N / 20)` rows; of rows that are as
 * rare as each other all belong to it or none (but for the rarest), so that their order never
 * matters.
 * @throws {TypeError} If an argument holds no numbers, the shapes differ, there is nothing to bin
 * by, or the metric gives no number.
 * @throws {RangeError} If there is no row, an element is NaN or infinite, `binWidth` is not above
 * 0, or the thresholds are out of order.
 *
 * @example Ages: label 0 was seen 150 times, 8 and 9 once each
 * ```ts
 * import { balanced, meanAbsoluteError } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const trainLabels = { values: [0, 8, 9], counts: [150, 1, 1] };
 * const [pred, target] = [[1, 1, 1, 5, 5], [0, 0, 8, 9, 9]];
 * const { overall, many, few } = await balanced(meanAbsoluteError, pred, target, trainLabels);
 * assertEquals([overall, many, few], [(1 + 7 + 4) / 3, 1, (7 + 4) / 2]);
 * ```
 *
 * @example Poses by their distance to the mean pose, in 100 bins of equal width
 * ```ts
 * import { balanced, mpjpe } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * // 20 poses of one joint: the last two are far from the mean pose, and off by 9 and 19.
 * const rarity = [...new Array<number>(18).fill(0), 180, 190];
 * const errors = [...new Array<number>(18).fill(1), 9, 19];
 * const target = rarity.map((x) => [[x, 0, 0]]);
 * const pred = rarity.map((x, i) => [[x, errors[i]!, 0]]);
 * const options = { binBy: rarity, bins: 100, rarity };
 * const { overall, tail10, tail5 } = await balanced(mpjpe, pred, target, undefined, options);
 * assertEquals([overall, tail10, tail5], [(1 + 9 + 19) / 3, (9 + 19) / 2, 19]);
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 4, and its
 * code's `balanced_metrics`.
 */
export async function balanced(
  metric: Metric,
  pred: Values,
  target: Values,
  trainLabels?: Values | LabelCounts,
  options: BalancedOptions = {},
): Promise<BalancedValues> {
  const what = "balanced metric";
  checkMetric(metric, what, "metric, pred, target, trainLabels");
  const rule = checkLabelBins(what, options, ["binBy", "many", "few", "rarity"]);
  const thresholds = checkShots(what, options);
  const [{ labels, ...pair }, train, given] = await all<
    [Awaited<ReturnType<typeof readBinned>>, TrainingLabels | undefined, Float64Array | undefined]
  >([
    readBinned(what, pred, target, options),
    trainLabels === undefined ? Promise.resolve(undefined) : readTrainingLabels(what, trainLabels),
    options.rarity === undefined
      ? Promise.resolve(undefined)
      : readColumn(what, "rarity", options.rarity),
  ]);
  if (given && given.length !== labels.length) {
    throw new TypeError(
      `Cannot compute ${what} as rarity must have a number a row: ` +
        `current length is ${given.length} for ${labels.length} rows`,
    );
  }
  const sets = train ? [labels, train.values] : [labels];
  const { bins, places } = occupiedBins(sets, rule, `Cannot compute ${what}`);
  const counts = train && countPlaces(places[1]!, bins.length, train.counts);
  const rowsOf = rowsByPlace(places[0]!, bins.length);
  const values: number[] = [];
  for (const rows of rowsOf) values.push(await metricOver(metric, pair, what, rows));
  // Over the bins with a row; a metric's own NaN (the correlation of one row) goes through.
  const mean = (isOne: (place: number) => boolean) => {
    const tested = values.filter((_, place) => rowsOf[place]!.length > 0 && isOne(place));
    return tested.reduce((sum, value) => sum + value, 0) / tested.length;
  };
  const ofShot = (shot: Shot) =>
    counts ? mean((place) => shotOf(counts[place]!, thresholds) === shot) : NaN;
  const rarity = given ?? (counts && Float64Array.from(places[0]!, (place) => -counts[place]!));
  const tail = (share: number) =>
    rarity ? metricOver(metric, pair, what, rarest(rarity, share)) : Promise.resolve(NaN);
  return {
    overall: mean(() => true),
    many: ofShot("many"),
    medium: ofShot("medium"),
    few: ofShot("few"),
    tail10: await tail(10),
    tail5: await tail(20),
  };
}

/** The indices of the rows at each of `size` places. */
function rowsByPlace(places: Uint32Array, size: number): Uint32Array[] {
  const rows = Array.from(countPlaces(places, size), (count) => new Uint32Array(count));
  const ends = new Uint32Array(size);
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    rows[place]![ends[place]!++] = i;
  }
  return rows;
}

/**
 * One row in so many, of the greatest rarity. Of rows that are as rare as each other all belong to
 * it or none, but for the rarest.
 */
function rarest(rarity: Float64Array, oneIn: number): Uint32Array {
  const size = Math.floor(rarity.length / oneIn);
  if (size === 0) return new Uint32Array(0);
  const least = rarity.slice().sort()[rarity.length - size]!;
  const rows = Uint32Array.from(rarity.keys()).filter((i) => rarity[i]! >= least);
  const rarer = rows.filter((i) => rarity[i]! > least);
  return rows.length > size && rarer.length > 0 ? rarer : rows;
}
