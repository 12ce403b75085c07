/**
 * From the statistics of the log-mass kernel to the loss, in tfjs operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { longSum } from "../long_sum.ts";
import { type Dimensions, hasNoiseByRow, type LogMassAttrs, reductionFactor } from "./contract.ts";

/**
 * What the loss is multiplied by, twice the noise: one number, one a row `[N, 1]`, or of dimensions
 * that are for themselves the noises' shape.
 */
export function lossScale(noiseVar: tf.Tensor, dimensions?: Dimensions): tf.Tensor {
  return tf.tidy(() => {
    if (dimensions === "each") return tf.mul(noiseVar, 2);
    // Joint dimensions have one scale, by their mean.
    const mean = hasNoiseByRow({ noiseVar }) ? tf.mean(noiseVar, 1, true) : tf.mean(noiseVar);
    return tf.mul(mean, 2);
  });
}

/**
 * One statistic, times {@linkcode lossScale} where the loss restores its scale: `[N]`, or `[N, D]`
 * of dimensions that are for themselves; `rows` is N.
 */
export function scaledRows(
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.Tensor,
  rows: number,
  { restoreScale, dimensions }: Pick<LogMassAttrs, "restoreScale" | "dimensions">,
): tf.Tensor {
  return tf.tidy(() => {
    const length = stats.shape[1]!;
    const values = tf.reshape(tf.slice(stats, [statistic, 0], [1, length]), [rows, length / rows]);
    const scaled = restoreScale ? tf.mul(values, lossScale(noiseVar, dimensions)) : values;
    return dimensions === "each" ? scaled : tf.reshape(scaled, [rows]);
  });
}

/** One statistic reduced over the rows: `[]`, or that of {@linkcode scaledRows} for `none`. */
export function reduceStat(
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.Tensor,
  rows: number,
  attrs: LogMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const values = scaledRows(stats, statistic, noiseVar, rows, attrs);
    if (attrs.reduction === "none") return values;
    return tf.mul(longSum(values), reductionFactor(attrs.reduction, rows));
  });
}
