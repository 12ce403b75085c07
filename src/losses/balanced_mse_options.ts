/**
 * The options of the Balanced MSE losses.
 *
 * @module
 */
import type { Dimensions, Method, Reduction } from "../kernels/log_mass/contract.ts";
import type { RowOptions } from "./row_options.ts";

export type { Dimensions, Method, Reduction };

/** Options of the Balanced MSE losses. */
export interface BalancedMseOptions extends RowOptions {
  /**
   * Whether the loss is multiplied by `2 noiseVar` (its mean, where it differs by joint dimensions;
   * a row's own, where it differs by row), which puts it into MSE's units (label squared); the
   * factor is held constant in every derivative. Default true. False leaves the negative
   * log-likelihood in nats.
   */
  readonly restoreScale?: boolean | undefined;
  /**
   * What the prior is of, where labels have several dimensions: `"joint"`, the default, of the
   * vectors that they are; `"each"`, of every dimension for itself. Then the loss is the sum over d
   * of the loss of `pred[:, d]` alone, each with its own noise and scale where these differ, in one
   * pass. Choose `"each"` for outputs that have little to do with each other, and for many: in tens
   * of dimensions few labels are near a prediction, and a joint prior tells little.
   */
  readonly dimensions?: Dimensions | undefined;
  /**
   * What the first term, the negative log-likelihood of the label, is multiplied by; not negative,
   * default 1. The authors' code for human meshes weighs the two terms apart.
   */
  readonly mseWeight?: number | undefined;
  /**
   * What the second term, the log mass under the prior, is multiplied by; not negative, default 1.
   */
  readonly priorWeight?: number | undefined;
  /**
   * Whether the noise's normalizer, `D / 2 log(2 pi noiseVar)`, belongs to both terms: to the first
   * it is added, from the second it is taken away. Default true. It cancels where the two weights
   * are equal; where they differ, false leaves it out of both, as the authors' code for human meshes
   * does: no gradient of the prediction changes, but the value does, and the noise's gradient, so
   * that a learned noise settles elsewhere. Choose false to train as they do.
   */
  readonly noiseNormalizer?: boolean | undefined;
  /**
   * Whether each row's own label joins the prior's columns, with weight 1. The loss is then a
   * cross-entropy, never below 0. Default false; {@linkcode bmcLoss} with a reference sample sets
   * it.
   */
  readonly ownLabel?: boolean | undefined;
  /**
   * How the sum over the prior is taken: `"direct"`, every pair of row and column; `"linear"`, for
   * labels of one dimension, or each for itself, and columns without variances, in a time that
   * hardly grows with the columns; `"auto"`, the default, what is faster. The result differs by
   * rounding. Backends other than webgpu and cpu always go the direct way, and so does webgpu where
   * every row has a noise of its own.
   */
  readonly method?: Method | undefined;
}
