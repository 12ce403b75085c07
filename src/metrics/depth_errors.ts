/**
 * The errors of depth estimation.
 *
 * @module
 */
import { checkOptions } from "../check/check_options.ts";
import { all, readPair, readValues, type Values } from "./values.ts";

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
 * Choose it for depth maps, as in the benchmark NYU2-DIR: all pixels of all images together. For
 * its shots, give {@linkcode shotwise} flat depths, `binWidth: 0.1`, and one of these numbers as
 * the metric.
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
  const [p, t] = await measured(what, pred, target, mask);
  const sums = { squared: 0, absolute: 0, log10: 0, relative: 0 };
  const within = [0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [p[i]!, t[i]!];
    sums.squared += (x - y) ** 2;
    sums.absolute += Math.abs(x - y);
    sums.relative += Math.abs(x - y) / y;
    sums.log10 += Math.abs(Math.log10(x) - Math.log10(y));
    const ratio = Math.max(x / y, y / x);
    for (let k = 0; k < 3; k++) if (ratio <= 1.25 ** (k + 1)) within[k]!++;
  }
  return {
    rmse: Math.sqrt(sums.squared / p.length),
    mae: sums.absolute / p.length,
    log10: sums.log10 / p.length,
    absRel: sums.relative / p.length,
    delta1: within[0]! / p.length,
    delta2: within[1]! / p.length,
    delta3: within[2]! / p.length,
  };
}

/** Predicted and measured depths that count, checked. */
async function measured(what: string, pred: Values, target: Values, mask: Values | undefined) {
  let pair: { pred: Float64Array; target: Float64Array };
  if (mask === undefined) {
    pair = await readPair(what, pred, target);
  } else {
    const [p, t, m] = await all([
      readValues(what, "pred", pred, { finite: false }),
      readValues(what, "target", target, { finite: false }),
      readValues(what, "mask", mask),
    ]);
    if (String(p.shape) !== String(t.shape) || String(p.shape) !== String(m.shape)) {
      throw new TypeError(
        `Cannot compute ${what} as pred, target and mask must have the same shape: ` +
          `current shapes are [${p.shape}], [${t.shape}] and [${m.shape}]`,
      );
    }
    const kept = (data: Float64Array) => data.filter((_, i) => m.data[i] !== 0);
    pair = { pred: kept(p.data), target: kept(t.data) };
    if (pair.pred.length === 0) {
      throw new RangeError(
        `Cannot compute ${what} as mask must leave an element: current value is 0 everywhere`,
      );
    }
  }
  for (const [name, data] of Object.entries(pair)) {
    const wrong = data.filter((depth) => !(depth > 0 && depth < Infinity)).length;
    if (wrong > 0) {
      throw new RangeError(
        `Cannot compute ${what} as the depths of ${name} must be finite and > 0 (or masked): ` +
          `current value has ${wrong} others of ${data.length} elements`,
      );
    }
  }
  return [pair.pred, pair.target] as const;
}
