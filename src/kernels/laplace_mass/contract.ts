/**
 * The contract that every implementation of the Laplace-mass kernel fulfils.
 *
 * Every dimension is for itself: with `b` the scale of dimension d and M columns, for element `(i,
 * d)`
 *
 *     logit_j = logWeight_j - |pred - center_j| / b
 *     mass    = |pred - target| + b log sum_j exp(logit_j)           (b times the loss in nats)
 *     pull    = E[sign(pred - target) - sign(pred - center_j)]       = d mass / d pred
 *     gap     = E[|pred - center_j| - |pred - target|]               = b^2 d (mass / b) / d b
 *
 * where `E` is the mean under `softmax_j(logit_j)` and `sign(0) = 0`. With `ownLabel` the target is
 * one more column, of weight 1.
 *
 * All are in units of the label (`pull` has none), and none is a difference of large numbers:
 * `|pred - x| - |pred - y|` is `y - x` or `x - y` wherever the prediction lies on one side of both.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Method, Reduction } from "../log_mass/contract.ts";

/** The kernel's name in tfjs's registry. */
export const LAPLACE_MASS = "BalancedMaeLaplaceMass";

/** The name of the kernel that {@linkcode LAPLACE_MASS}'s gradient runs. */
export const LAPLACE_MASS_GRAD = "BalancedMaeLaplaceMassGrad";

/** What dispatches of both kernels are for, as an error tells it. */
export const LAPLACE_MASS_PURPOSE = {
  action: "compute balanced MAE",
  advice: "use a smaller batch or reference",
};

/** Attributes of both kernels. */
export interface LaplaceMassAttrs {
  reduction: Reduction;
  /** Whether a dimension's nats are multiplied by its scale, constant in every derivative. */
  restoreScale: boolean;
  /** Whether each row's own label is a column, too. */
  ownLabel: boolean;
  /**
   * On webgpu, whether every pair is computed, or the columns are sorted, which is as exact;
   * elsewhere there is one way. Default `"auto"`: by the sizes.
   */
  method?: Method;
}

/** Attributes of {@linkcode LAPLACE_MASS_GRAD}. */
export interface LaplaceMassGradAttrs extends LaplaceMassAttrs {
  /** The input of {@linkcode LAPLACE_MASS} whose gradient is asked for. */
  of: "pred" | "scale";
}

/**
 * Inputs of {@linkcode LAPLACE_MASS}, all float32.
 *
 * The kernel's outputs are the reduced loss, `[]` or `[N]`, summed over the dimensions, and the
 * statistics `[3, N D]`: a dimension's loss, `pull` and `gap`.
 */
export interface LaplaceMassInputs<T = tf.TensorInfo> {
  /** `[N]` or `[N, D]`. */
  pred: T;
  /** The shape of `pred`. */
  target: T;
  /** `[]` or `[D]`, above 0; the result is NaN otherwise. */
  scale: T;
  /** `[M]` or `[M, D]`; one that is not finite makes every row NaN. */
  center: T;
  /** `[M]`, natural logarithms; -Infinity for weight 0. Without it every column weighs 1. */
  logWeight?: T;
}

/**
 * Inputs of {@linkcode LAPLACE_MASS_GRAD}; its output is the gradient of `pred` or of `scale`, in
 * its shape.
 */
export interface LaplaceMassGradInputs<T = tf.TensorInfo> {
  /** The incoming gradient, in the shape of the kernel's result: `[]` or `[N]`. */
  upstream: T;
  /** `[3, N D]`. */
  stats: T;
  /** Only its shape counts; it ties the gradient to `pred` for tfjs's tape. */
  pred: T;
  /** `[]` or `[D]`. */
  scale: T;
}

/** Sizes of a problem: `rows` N, `columns` M, `dim` D, `scaleDim` 1 or D. */
export interface LaplaceMassSize {
  rows: number;
  columns: number;
  dim: number;
  scaleDim: number;
}

/** Reads the sizes off the inputs' shapes. */
export function laplaceMassSize({ pred, center, scale }: LaplaceMassInputs): LaplaceMassSize {
  return {
    rows: pred.shape[0]!,
    columns: center.shape[0]!,
    dim: pred.shape[1] ?? 1,
    scaleDim: scale.shape[0] ?? 1,
  };
}
