/**
 * The errors of depth estimation on many-, medium- and few-shot depths.
 *
 * @module
 */
import type { LabelCounts } from "../bins/label_counts.ts";
import type { LabelBins } from "../bins/label_bins.ts";
import { occupiedBins } from "../bins/occupied_bins.ts";
import { checkNumber } from "../check/check_number.ts";
import type { DepthErrors, DepthErrorsOptions } from "./depth_errors.ts";
import { depthSums, errorsOf, pooled, pooledByBin } from "./depth_sums.ts";
import { checkLabelBins } from "./label_bin_options.ts";
import { measuredDepths } from "./measured_depths.ts";
import { checkShots, countPlaces, type Shot, shotOf, type ShotOptions } from "./shots.ts";
import { readTrainingLabels } from "./training_labels.ts";
import { all, type Values } from "./values.ts";

/** The bins, where they count as many or few, which elements count, and what is clamped. */
export interface ShotwiseDepthErrorsOptions
  extends LabelBins, Pick<ShotOptions, "many" | "few">, DepthErrorsOptions {
  /**
   * What a prediction below it is taken for in log10 and delta, above 0, in units of the depth; the
   * other errors are those of the prediction as it is. Default: predictions must be above 0.
   */
  readonly floor?: number | undefined;
}

/** The errors over all elements that count and over those of each shot, which may be NaN. */
export interface ShotwiseDepthErrors {
  /** Over all elements. */
  readonly overall: DepthErrors;
  /** Over the elements whose bin holds more than `many` training labels. */
  readonly many: DepthErrors;
  /** Over the elements in between. */
  readonly medium: DepthErrors;
  /** Over the elements whose bin holds fewer than `few` training labels, or none. */
  readonly few: DepthErrors;
  /**
   * Where each bin with an element counts as one: the means over bins, `rmse` the root of that of
   * the mean squares.
   */
  readonly balanced: DepthErrors;
  /** How many predictions were below `floor`; 0 without one. */
  readonly floored: number;
}

/**
 * The seven {@linkcode depthErrors}, overall, by how often depths like an element's were seen in
 * training, and balanced over bins.
 *
 * Choose it for the report of NYU2-DIR: its numbers are those of `binWidth: 0.1, many: 2.6e7, few:
 * 1e7` and the counts of its training pixels. All elements of a shot are taken together, whatever
 * image they are of: an RMSE is no mean of images' ones.
 *
 * @param pred Predicted depths of any shape, in any unit of length.
 * @param target Measured depths, in the shape and unit of `pred`: by them elements are binned.
 * @param trainLabels Depths of the training set, `[M]`, `[M, 1]` or as {@linkcode LabelCounts},
 * the middles of bins and what they hold, in the same unit.
 * @param options The thresholds, the bins, a mask for what was not measured, and the floor: a
 * network without an activation at its end may predict a depth below 0, whose logarithm is NaN.
 * @returns The errors of each group; NaN for a shot without an element, never 0.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If no element counts, or one that counts is NaN, infinite or (but for a
 * prediction with a floor) not above 0; or an option is out of its range.
 *
 * @example Depths near 2 m were seen often, such of 9 m never
 * ```ts
 * import { shotwiseDepthErrors } from "@balanced/mse";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const trainLabels = { values: [2.05, 9.05], counts: [5e7, 0] };
 * const options = { binWidth: 0.1, many: 2.6e7, few: 1e7, floor: 0.1 };
 * const [pred, target] = [[2, 2.2, -1], [2, 2.05, 9]];
 * const { many, medium, few, floored } = await shotwiseDepthErrors(
 *   pred,
 *   target,
 *   trainLabels,
 *   options,
 * );
 * assertAlmostEquals(many.mae, 0.075, 1e-12);
 * assertEquals([medium.mae, few.mae, few.delta3, floored], [NaN, 10, 0, 1]);
 * assertAlmostEquals(few.log10, Math.log10(9 / 0.1), 1e-12);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021 (NYU2-DIR).
 */
export async function shotwiseDepthErrors(
  pred: Values,
  target: Values,
  trainLabels: Values | LabelCounts,
  options: ShotwiseDepthErrorsOptions = {},
): Promise<ShotwiseDepthErrors> {
  const what = "shot-wise depth errors";
  const claim = `Cannot compute ${what}`;
  const rule = checkLabelBins(what, options, ["many", "few", "mask", "floor"]);
  const thresholds = checkShots(what, options);
  const { mask, floor = 0 } = options;
  if (options.floor !== undefined) checkNumber(floor, "floor", claim, { above: 0 });
  const [depths, train] = await all([
    measuredDepths(what, pred, target, mask, floor > 0),
    readTrainingLabels(what, trainLabels),
  ]);
  const { bins, places } = occupiedBins([train.values, depths.target], rule, claim);
  const counts = countPlaces(places[0]!, bins.length, train.counts);
  const sums = depthSums(depths.pred, depths.target, floor, bins.length, places[1]!);
  const ofShot = (shot: Shot) =>
    errorsOf(pooled(sums.filter((_, place) => shotOf(counts[place]!, thresholds) === shot)));
  return {
    overall: errorsOf(pooled(sums)),
    many: ofShot("many"),
    medium: ofShot("medium"),
    few: ofShot("few"),
    balanced: errorsOf(pooledByBin(sums)),
    floored: depths.pred.filter((depth) => depth < floor).length,
  };
}
