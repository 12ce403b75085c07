/**
 * The contract that every implementation of the log-mass kernel fulfils.
 *
 * With `s = noiseVar`, one for all dimensions (P = 1) or one a dimension (P = D), a prior of M
 * columns and, for row i,
 *
 *     logit_ij = logWeight_j + log N(pred_i; center_j, variance_j + s) - log N(target_i; pred_i, s)
 *
 * the statistics are, in this order,
 *
 *     logMass_i    = log sum_j exp(logit_ij)
 *     noiseScore_i = d logMass_i / d s                                     (P numbers)
 *     shift_i      = E_i[label - target_i] = s d logMass_i / d pred_i      (D numbers)
 *
 * where `E_i` is the mean under `softmax_j(logit_ij)` and, within a column, of the label given the
 * prediction. `shift` is the posterior mean less the target: MSE's gradient with the target moved.
 *
 * The noise may also be one a row, `[N, P]`. With dimensions `"each"` every dimension is a problem
 * of its own, D problems of one dimension side by side: then an element of `pred` is what a row is
 * above, and D and P are 1.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** The kernel's name in tfjs's registry. */
export const LOG_MASS = "BalancedMseLogMass";

/** The name of the kernel that {@linkcode LOG_MASS}'s gradient runs. */
export const LOG_MASS_GRAD = "BalancedMseLogMassGrad";

/** What dispatches of both kernels are for, as an error tells it. */
export const LOG_MASS_PURPOSE = {
  action: "compute log mass",
  advice: "use a smaller batch or reference",
};

/** How the rows' values become the result. */
export type Reduction = "mean" | "sum" | "none";

/**
 * How the sum over the columns is taken: `"direct"`, every pair; `"linear"`, by the moments of
 * groups of columns, in a time that does not grow with rows times columns; `"auto"`, what is
 * faster.
 */
export type Method = "auto" | "direct" | "linear";

/**
 * What a prior is of: `"joint"`, of the vector of all dimensions; `"each"`, of every dimension for
 * itself, whose losses are added.
 */
export type Dimensions = "joint" | "each";

/** Attributes of both kernels. */
export interface LogMassAttrs {
  reduction: Reduction;
  /**
   * Whether the result is multiplied by `2 noiseVar`, or twice its mean over joint dimensions,
   * constant in every derivative.
   */
  restoreScale: boolean;
  /**
   * `"linear"` is for point priors of one dimension, on webgpu and cpu; elsewhere all is direct.
   * Default `"auto"`.
   */
  method?: Method;
  /** Default `"joint"`. */
  dimensions?: Dimensions;
}

/** Attributes of {@linkcode LOG_MASS_GRAD}. */
export interface LogMassGradAttrs extends LogMassAttrs {
  /** The input of {@linkcode LOG_MASS} whose gradient is asked for. */
  of: "pred" | "noiseVar";
}

/**
 * Inputs of {@linkcode LOG_MASS}, all float32. A prior without `logWeight` weighs every column 1;
 * one without `variance` consists of points.
 *
 * The kernel's outputs are the reduced logMass, `[]`, or `[N]` without a reduction, and the
 * statistics `[1 + P + D, N]`; of each dimension for itself `[]` or `[N, D]`, and `[3, N D]`, where
 * a mean divides by N.
 */
export interface LogMassInputs<T = tf.TensorInfo> {
  /** `[N]` or `[N, D]`. */
  pred: T;
  /** The shape of `pred`. */
  target: T;
  /** `[]`, `[D]`, or by row `[N, 1]` or `[N, D]`; above 0, the result is NaN otherwise. */
  noiseVar: T;
  /** `[M]` or `[M, D]`; `[M]` or `[M, 1]` serve each of several dimensions, but with variances. */
  center: T;
  /** `[M]`, natural logarithms; -Infinity for weight 0. Of each dimension also `[M, D]`. */
  logWeight?: T;
  /** `[M, D]`, not negative; with a `rotation` along its axes, not those of the labels. */
  variance?: T;
  /**
   * The eigenvectors of each column's covariance, one a matrix column: `[M, D, D]`; `variance` then
   * holds the eigenvalues, and `noiseVar` is `[]`.
   */
  rotation?: T;
}

/**
 * Inputs of {@linkcode LOG_MASS_GRAD}; its output is the gradient of `pred`, in its shape, or of
 * `noiseVar`, in its.
 */
export interface LogMassGradInputs<T = tf.TensorInfo> {
  /** The incoming gradient, in the shape of the kernel's result. */
  upstream: T;
  /** `[1 + P + D, N]`, or `[3, N D]`. */
  stats: T;
  /** Only its shape counts; it ties the gradient to `pred` for tfjs's tape. */
  pred: T;
  /** See {@linkcode LogMassInputs}. */
  noiseVar: T;
}

/** Sizes of a problem: `rows` N, `columns` M, `dim` D, `noiseDim` P; and how many there are. */
export interface LogMassSize {
  rows: number;
  columns: number;
  dim: number;
  noiseDim: number;
  /** Problems side by side, of these sizes each: dimensions for themselves. Default 1. */
  problems?: number;
  /** Whether every row has a noise of its own. Default false. */
  noiseByRow?: boolean;
}

/** Reads the sizes off the inputs' shapes. */
export function logMassSize(
  { pred, center, noiseVar }: LogMassInputs<{ shape: number[] }>,
  dimensions: Dimensions = "joint",
): Required<LogMassSize> {
  const width = pred.shape[1] ?? 1;
  const each = dimensions === "each";
  return {
    rows: pred.shape[0]!,
    columns: center.shape[0]!,
    dim: each ? 1 : width,
    noiseDim: each ? 1 : noiseVar.shape.at(-1) ?? 1,
    problems: each ? width : 1,
    noiseByRow: hasNoiseByRow({ noiseVar }),
  };
}

/** Whether every row has a noise of its own. */
export function hasNoiseByRow({ noiseVar }: { noiseVar: { shape: number[] } }): boolean {
  return noiseVar.shape.length === 2;
}

/** What the sum over the rows is multiplied by: 1 / N for a mean. */
export function reductionFactor(reduction: Reduction, rows: number): number {
  return reduction === "mean" ? 1 / rows : 1;
}

/** Whether a prior can be summed in linear time. */
export function hasLinearMethod(inputs: LogMassInputs, dimensions?: Dimensions): boolean {
  return logMassSize(inputs, dimensions).dim === 1 && inputs.variance === undefined;
}
