/**
 * What the portable kernel computes of columns, whatever their kind.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** What columns add to the statistics of a block of rows. */
export interface ColumnTerms {
  /**
   * `[height, columns, 1]`, the logits without their weights; `[height, columns, D]` of dimensions
   * that are for themselves.
   */
  exponent: tf.Tensor;
  /**
   * `[height, columns, D]`, the label that is expected under the column, as seen from the row's
   * origin.
   */
  label: tf.Tensor;
  /** `[height, columns, D]`, or 1 in place of D: the derivative of the exponent by the noise. */
  score: tf.Tensor;
}
