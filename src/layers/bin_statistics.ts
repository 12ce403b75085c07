/**
 * Running statistics of features per label bin, from epoch to epoch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Tensor } from "../tensor.ts";
import type { Moments } from "./bin_moments.ts";
import { smoothingMatrix, smoothingWindow } from "./smoothing_window.ts";

/** The weights of the feature-smoothing layer, for B bins and D features. */
export interface Statistics {
  /** Running means and unbiased variances, `[B, D]`. */
  readonly mean: tfl.LayerVariable;
  readonly variance: tfl.LayerVariable;
  /** The same, smoothed over the bins at the end of the last epoch. */
  readonly smoothedMean: tfl.LayerVariable;
  readonly smoothedVariance: tfl.LayerVariable;
  /** Rows seen in all epochs, `[B, 1]`. */
  readonly count: tfl.LayerVariable;
  /**
   * How many epochs have ended, `[]`: on the device, so that it is saved, loaded and restored with
   * the rest.
   */
  readonly epoch: tfl.LayerVariable;
}

/** Makes a weight of the layer that is not trained. */
type AddWeight = (
  name: string,
  shape: number[],
  start: ReturnType<typeof tfl.initializers.zeros>,
) => tfl.LayerVariable;

/** The statistics before any epoch. */
export function makeStatistics(bins: number, dim: number, add: AddWeight): Statistics {
  const [zeros, ones] = [tfl.initializers.zeros(), tfl.initializers.ones()];
  return {
    mean: add("running_mean", [bins, dim], zeros),
    variance: add("running_variance", [bins, dim], ones),
    smoothedMean: add("smoothed_mean", [bins, dim], zeros),
    smoothedVariance: add("smoothed_variance", [bins, dim], ones),
    count: add("count", [bins, 1], zeros),
    epoch: add("epoch", [], zeros),
  };
}

/** How an epoch's moments weigh. */
export interface FoldOptions {
  /** What the statistics so far weigh; null: as many as their rows. */
  readonly momentum: number | null;
  /** The first epoch that counts. */
  readonly startUpdate: number;
}

/** Folds an epoch's moments into the running statistics, in place. */
function fold(statistics: Statistics, gathered: Moments, options: FoldOptions): void {
  const { mean, variance, count, epoch } = statistics;
  const { momentum, startUpdate } = options;
  const total = tf.add(count.read(), gathered.count);
  const first = tf.equal(count.read(), 0);
  const counts = tf.logicalAnd(
    tf.greater(gathered.count, 0),
    tf.greaterEqual(epoch.read(), startUpdate),
  );
  const share = momentum === null ? tf.divNoNan(gathered.count, total) : tf.scalar(1 - momentum);
  const blend = (old: Tensor, now: Tensor) => {
    const mixed = tf.add(old, tf.mul(tf.sub(now, old), share));
    return tf.where(counts, tf.where(first, now, mixed), old);
  };
  // Unbiased; of one row 0.
  const unbiased = tf.div(gathered.squares, tf.maximum(tf.sub(gathered.count, 1), 1));
  mean.write(blend(mean.read(), gathered.mean));
  variance.write(blend(variance.read(), unbiased));
  count.write(tf.where(counts, total, count.read()));
}

/** Ends an epoch, in place: folds what it has gathered, if anything, and smooths for the next. */
export function endEpoch(
  statistics: Statistics,
  gathered: Moments | undefined,
  options: FoldOptions & Parameters<typeof smoothingWindow>[0],
): void {
  if (gathered) fold(statistics, gathered, options);
  smooth(statistics, smoothingWindow(options));
  statistics.epoch.write(tf.add(statistics.epoch.read(), 1));
}

/**
 * Smooths the running statistics over the bins seen so far; among them the window is renormalized.
 */
function smooth(statistics: Statistics, window: readonly number[]): void {
  const { mean, variance, smoothedMean, smoothedVariance, count } = statistics;
  const bins = count.shape[0]!;
  const matrix = tf.tensor2d(smoothingMatrix(window, bins), [bins, bins]);
  const seen = tf.cast(tf.greater(count.read(), 0), "float32");
  const mass = tf.matMul(matrix, seen);
  const smoothed = (values: Tensor) => tf.divNoNan(tf.matMul(matrix, tf.mul(values, seen)), mass);
  smoothedMean.write(smoothed(mean.read()));
  smoothedVariance.write(smoothed(variance.read()));
}

/** When and how features are calibrated. */
export interface CalibrateOptions {
  /** The first epoch that is. */
  readonly startSmooth: number;
  /** Of the ratio of variances. */
  readonly clip: readonly [least: number, greatest: number];
}

/** Of a bin whose variances sum to less than this nothing is calibrated. */
const MIN_TOTAL_VARIANCE = 1e-10;

/**
 * Brings features `[N, D]` of bins `[N]` from the running to the smoothed statistics:
 * `calibrate_mean_var`.
 */
export function calibrate(
  statistics: Statistics,
  features: Tensor,
  bin: Tensor,
  { startSmooth, clip }: CalibrateOptions,
): Tensor {
  const { mean, variance, smoothedMean, smoothedVariance, count, epoch } = statistics;
  const due = tf.greaterEqual(epoch.read(), startSmooth);
  const seen = tf.logicalAnd(tf.greater(count.read(), 0), due);
  const spread = tf.greaterEqual(tf.sum(variance.read(), 1, true), MIN_TOTAL_VARIANCE);
  const valid = tf.logicalAnd(tf.logicalAnd(seen, spread), tf.greater(variance.read(), 0));
  const ratio = tf.divNoNan(smoothedVariance.read(), variance.read());
  // Elsewhere minus 0, times 1, plus 0: exactly what it was.
  const scale = tf.where(valid, tf.sqrt(tf.clipByValue(ratio, ...clip)), 1);
  const from = tf.where(valid, mean.read(), 0);
  const to = tf.where(valid, smoothedMean.read(), 0);
  const [scales, froms, tos] = [scale, from, to].map((table) => tf.gather(table, bin));
  return tf.add(tf.mul(tf.sub(features, froms!), scales!), tos!);
}
