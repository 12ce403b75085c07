/**
 * Running statistics of features per label bin, from epoch to epoch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Moments } from "./bin_moments.ts";

/** The weights of the feature-smoothing layer, for B bins and D features. */
export interface Statistics {
  /** Running means and unbiased variances, `[B, D]`. */
  readonly mean: tf.LayerVariable;
  readonly variance: tf.LayerVariable;
  /** The same, smoothed over the bins at the end of the last epoch. */
  readonly smoothedMean: tf.LayerVariable;
  readonly smoothedVariance: tf.LayerVariable;
  /** Rows seen in all epochs, `[B, 1]`. */
  readonly count: tf.LayerVariable;
  /** How many epochs have ended, `[]`: on the device, so that it is saved, loaded and restored with the rest. */
  readonly epoch: tf.LayerVariable;
}

/** How an epoch's moments weigh. */
export interface FoldOptions {
  /** What the statistics so far weigh; null: as many as their rows. */
  readonly momentum: number | null;
  /** The first epoch that counts. */
  readonly startUpdate: number;
}

/** Folds an epoch's moments into the running statistics, in place. */
export function fold(statistics: Statistics, gathered: Moments, options: FoldOptions): void {
  const { mean, variance, count, epoch } = statistics;
  const { momentum, startUpdate } = options;
  const total = tf.add(count.read(), gathered.count);
  const first = tf.equal(count.read(), 0);
  const counts = tf.logicalAnd(
    tf.greater(gathered.count, 0),
    tf.greaterEqual(epoch.read(), startUpdate),
  );
  const share = momentum === null ? tf.divNoNan(gathered.count, total) : tf.scalar(1 - momentum);
  const blend = (old: tf.Tensor, now: tf.Tensor) => {
    const mixed = tf.add(old, tf.mul(tf.sub(now, old), share));
    return tf.where(counts, tf.where(first, now, mixed), old);
  };
  // Unbiased; of one row 0.
  const unbiased = tf.div(gathered.squares, tf.maximum(tf.sub(gathered.count, 1), 1));
  mean.write(blend(mean.read(), gathered.mean));
  variance.write(blend(variance.read(), unbiased));
  count.write(tf.where(counts, total, count.read()));
}
