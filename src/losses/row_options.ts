/**
 * The options that losses of rows have in common.
 *
 * @module
 */
import type { Reduction } from "../kernels/log_mass/contract.ts";
import type { Tensor } from "../tensor.ts";

/** Which rows a loss counts, how much, and what becomes of them. */
export interface RowOptions {
  /**
   * What each row's loss is multiplied by, `[N]`, without unit, not negative: a tensor, an array or
   * a typed array. They are not normalized: give them the mean 1 to keep the loss's size.
   *
   * An array's values are checked. A tensor's are not, as that would wait for the device: negative
   * or NaN ones are the caller's responsibility. Not differentiated: asking for their gradient
   * throws.
   */
  readonly weights?: Tensor | ArrayLike<number> | undefined;
  /**
   * Which rows count, `[N]`: a tensor (bool, or numbers of which 0 leaves a row out), an array of
   * booleans, or a typed array of 0 and 1. Rows left out may hold anything, NaN too: their loss and
   * their gradient are 0, and a mean does not count them.
   */
  readonly mask?: Tensor | ArrayLike<boolean | number> | undefined;
  /**
   * `"mean"` (default): the sum of the weighted rows divided by how many rows the mask leaves, not
   * by the sum of the weights, as in the authors' code; 0 where it leaves none. `"sum"`; or
   * `"none"` for one value a row, `[N]`, 0 where masked.
   */
  readonly reduction?: Reduction | undefined;
  /**
   * Of {@linkcode bmcLoss}; other losses compare no rows and pass it over, so that all take what
   * `train` tells a loss.
   */
  readonly labels?: Tensor | undefined;
  /** Likewise. */
  readonly labelsMask?: Tensor | undefined;
}

/** Their names. */
export const ROW_OPTIONS: readonly string[] = [
  "weights",
  "mask",
  "reduction",
  "labels",
  "labelsMask",
];
