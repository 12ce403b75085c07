/**
 * Columns with full covariances, in tfjs operations: few columns, each in its eigenbasis.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ColumnTerms } from "./column_terms.ts";

/** Columns and their bases. */
export interface RotatedColumns {
  /** `[M, D]`. */
  center: tf.Tensor;
  /** Eigenvalues, `[M, D]`. */
  variance: tf.Tensor;
  /** Eigenvectors, one a matrix column: `[M, D, D]`. */
  rotation: tf.Tensor;
}

/**
 * The terms of some rows, `pred` `[height, 1, D]`, with s the noise, one for all dimensions: `[]`
 * or `[height, 1, 1]`.
 *
 * C_j + s I = U (diag(variance_j) + s I) U^T: in its eigenbasis a column is one of independent
 * dimensions, and the mean label is rotated back.
 */
export function rotatedTerms(
  pred: tf.Tensor,
  s: tf.Tensor,
  { center, variance, rotation }: RotatedColumns,
): ColumnTerms {
  const gaps = tf.sub(tf.expandDims(center, 1), tf.transpose(pred, [1, 0, 2])); // [M, height, D]
  const e = tf.matMul(gaps as tf.Tensor3D, rotation as tf.Tensor3D);
  const v = tf.expandDims(variance, 1);
  const noise = s.rank === 0 ? s : tf.transpose(s, [1, 0, 2]);
  const { exponent, label, score } = spreadTerms(e, v, noise);
  const back = tf.matMul(label as tf.Tensor3D, rotation as tf.Tensor3D, false, true);
  const byRow = (x: tf.Tensor) => tf.transpose(tf.sum(x, 2, true), [1, 0, 2]);
  return {
    exponent: byRow(exponent),
    label: tf.transpose(back, [1, 0, 2]),
    score: byRow(score),
  };
}

/**
 * The terms of columns with variances `v`, dimension by dimension, from the differences `e` between
 * column and prediction; formulas in log_mass_spread.wgsl. The exponent's terms are not summed yet.
 */
export function spreadTerms(e: tf.Tensor, v: tf.Tensor, s: tf.Tensor): ColumnTerms {
  const halfPrecision = tf.div(0.5, s);
  const r = tf.div(s, tf.add(v, s));
  const label = tf.mul(r, e);
  const change = tf.add(tf.div(v, tf.add(v, s)), tf.div(tf.square(label), s));
  return {
    exponent: tf.sub(tf.mul(tf.log(r), 0.5), tf.mul(tf.mul(label, e), halfPrecision)),
    label,
    score: tf.mul(change, halfPrecision),
  };
}
