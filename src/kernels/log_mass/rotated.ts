/**
 * The log mass under columns with full covariances, in tfjs operations: few columns, each in its eigenbasis.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { LogMassInputs } from "./contract.ts";

/** {@linkcode LogMassInputs} with eigenvectors; `variance [M, D]` then holds the eigenvalues. */
export interface RotatedInputs extends LogMassInputs<tf.Tensor> {
  /** Eigenvectors of each column's covariance, one a matrix column: `[M, D, D]`. */
  rotation: tf.Tensor;
}

/**
 * `log sum_j w_j N(pred_i; center_j, C_j + s I) - log N(target_i; pred_i, s I)` a row, `[N]`, with s the scalar
 * `noiseVar`; differentiated by tfjs.
 *
 * C_j + s I = U (diag(variance_j) + s I) U^T: in its eigenbasis a column is a column of independent dimensions. M N D
 * numbers are held.
 */
export function logMassRotated(inputs: RotatedInputs): tf.Tensor {
  return tf.tidy(() => {
    const { pred, target, noiseVar, center, logWeight, variance, rotation } = inputs;
    const s = noiseVar; // not above 0: log(s / total) and own are NaN, or opposite infinities
    const gaps = tf.sub(tf.expandDims(pred, 0), tf.expandDims(center, 1)); // [M, N, D]
    const e = tf.matMul(gaps as tf.Tensor3D, rotation as tf.Tensor3D); // in each eigenbasis
    const total = tf.add(tf.expandDims(variance!, 1), s); // [M, 1, D]
    // log(s / total) / 2 - e^2 / (2 total), the constants of both densities cancelled
    const terms = tf.sub(tf.log(tf.div(s, total)), tf.div(tf.square(e), total));
    const q = tf.mul(tf.sum(terms, 2), 0.5); // [M, N]
    const logits = logWeight ? tf.add(q, tf.expandDims(logWeight, 1)) : q;
    const own = tf.div(tf.sum(tf.squaredDifference(target, pred), 1), tf.mul(s, 2));
    return tf.add(tf.logSumExp(logits, 0), own);
  });
}
