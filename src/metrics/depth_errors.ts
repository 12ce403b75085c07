/**
 * The errors of depth estimation.
 *
 * @module
 */
import { checkOptions } from "../check/check_options.ts";
import { depthSums, errorsOf, pooled } from "./depth_sums.ts";
import { measuredDepths } from "./measured_depths.ts";
import type { Values } from "./values.ts";

/** What depth estimation reports. */
export interface DepthErrors {
  /** Root mean squared error, in units of the depth. */
  readonly rmse: number;
  /** Mean absolute error, in units of the depth. */
  readonly mae: number;
  /** Mean of `|log10 pred - log10 target|`. */
  readonly log10: number;
  /** Mean of `|pred - target| / target`. */
  readonly absRel: number;
  /**
   * Share of elements with `max(pred / target, target / pred) <= 1.25`, from 0 to 1: more is
   * better.
   */
  readonly delta1: number;
  /** The same for 1.25 squared. */
  readonly delta2: number;
  /** The same for 1.25 cubed. */
  readonly delta3: number;
}

/** Which elements count. */
export interface DepthErrorsOptions {
  /** An element a depth, in the shape of `target`: where it is 0 (false), nothing was measured. */
  readonly mask?: Values | undefined;
}

/**
 * The errors of depth estimation: RMSE, MAE, log10, absolute relative error and the three
 * accuracies delta.
 *
 * Choose it for depth maps, as in the benchmark NYU2-DIR: all pixels of all images together.
 * {@linkcode shotwiseDepthErrors} has them for its shots, too.
 *
 * @param pred Predicted depths of any shape, above 0, in any unit of length.
 * @param target Measured depths, in the shape and unit of `pred`.
 * @param options A mask for what was not measured, which is neither looked at nor counted.
 * @returns The seven numbers. A ratio of exactly 1.25 counts as within delta 1, as in NYU2-DIR's
 * code.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If no element counts, or one that counts is NaN, infinite or not above 0
 * (sensors write 0 where they measured nothing: mask it). Nothing is clipped.
 *
 * @example One depth is right, one was not measured, one is half of what it should be
 * ```ts
 * import { depthErrors } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const target = [2, 0, 4];
 * const { absRel, delta1 } = await depthErrors([2, 9, 2], target, { mask: target });
 * assertEquals([absRel, delta1], [0.25, 0.5]);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021 (NYU2-DIR); Eigen et al.,
 * Depth Map Prediction from a Single Image, NeurIPS 2014.
 */
export async function depthErrors(
  pred: Values,
  target: Values,
  options: DepthErrorsOptions = {},
): Promise<DepthErrors> {
  const what = "depth errors";
  checkOptions(options, ["mask"], `Cannot compute ${what}`);
  const { mask } = options;
  const { pred: p, target: t } = await measuredDepths(what, pred, target, mask);
  return errorsOf(pooled(depthSums(p, t, 0)));
}
