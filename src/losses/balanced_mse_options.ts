/**
 * The options of the Balanced MSE losses.
 *
 * @module
 */
import type { Method, Reduction } from "../kernels/log_mass/contract.ts";
import type { RowOptions } from "./row_options.ts";

export type { Method, Reduction };

/** Options of the Balanced MSE losses. */
export interface BalancedMseOptions extends RowOptions {
  /**
   * Whether the loss is multiplied by `2 noiseVar` (its mean, where it differs by dimension), which
   * puts it into MSE's units (label squared); the factor is held constant in every derivative.
   * Default true. False leaves the negative log-likelihood in nats.
   */
  readonly restoreScale?: boolean | undefined;
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
   * Whether each row's own label joins the prior's columns, with weight 1. The loss is then a
   * cross-entropy, never below 0. Default false; {@linkcode bmcLoss} with a reference sample sets
   * it.
   */
  readonly ownLabel?: boolean | undefined;
  /**
   * How the sum over the prior is taken: `"direct"`, every pair of row and column; `"linear"`, for
   * labels of one dimension and columns without variances, in a time that hardly grows with the
   * columns; `"auto"`, the default, what is faster. The result differs by rounding. Backends other
   * than webgpu and cpu always go the direct way.
   */
  readonly method?: Method | undefined;
}
