/**
 * The training-label distribution as the losses see it.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";

/**
 * A training-label distribution of M columns: points with a weight, or Gaussians with a variance of
 * their own. BMC's columns are the labels of the batch; BNI's the bins of a histogram; GAI's the
 * components of a mixture. No gradient flows into it. Tensors of int32 or bool count as the numbers
 * that they hold.
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 3.3.
 */
export interface LabelPrior {
  /** Where the columns are: `[M]` or `[M, D]`, in units of the label. */
  readonly center: Tensor;
  /**
   * Natural logarithm of each column's weight: `[M]`; 0 everywhere when absent. Where dimensions
   * are each for themselves, also `[M, D]`.
   */
  readonly logWeight?: Tensor | undefined;
  /** Each column's variance by dimension: `[M, D]`, or `[M]` for all; 0 when absent. */
  readonly variance?: Tensor | undefined;
  /**
   * Eigenvectors of each column's covariance, one a matrix column: `[M, D, D]`; `variance` then
   * holds the eigenvalues. {@linkcode gaiLoss} makes them of covariances.
   */
  readonly rotation?: Tensor | undefined;
}
