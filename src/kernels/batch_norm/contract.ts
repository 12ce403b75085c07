/**
 * The contract that every implementation of the batch-norm kernels fulfils.
 *
 * With x of R rows and C channels, the last axis, and a channel's mean and variance over the rows
 * (biased: the sum of squares over R),
 *
 *     h_rc          = (x_rc - mean_c) / sqrt(variance_c + epsilon)
 *     normalized_rc = scale_c h_rc + offset_c          (with relu: the greater of that and 0)
 *
 * and of the gradient d of `normalized`, where relu cut it 0,
 *
 *     offset's  s_c = sum_r d_rc
 *     scale's   t_c = sum_r d_rc h_rc
 *     x's           = scale_c / sqrt(variance_c + epsilon) (d_rc - s_c / R - h_rc t_c / R)
 *
 * With fixed statistics, those of an inference, x's gradient lacks the last two terms.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** The name in tfjs's registry of the kernel that takes the statistics of the batch. */
export const BATCH_NORM = "BalancedMseBatchNorm";

/** The name of the kernel whose statistics are given. */
export const BATCH_NORM_FIXED = "BalancedMseBatchNormFixed";

/** The name of the kernel that both gradients run. */
export const BATCH_NORM_GRAD = "BalancedMseBatchNormGrad";

/** Attributes of the kernels. */
export interface BatchNormAttrs {
  /** What is added to the variance. */
  epsilon: number;
  /** Whether what is below 0 becomes 0. */
  relu: boolean;
}

/** Attributes of {@linkcode BATCH_NORM_GRAD}. */
export interface BatchNormGradAttrs extends BatchNormAttrs {
  /** Whether the statistics are constants, not those of x. */
  fixed: boolean;
}

/**
 * Inputs of {@linkcode BATCH_NORM}, all float32. The outputs are `normalized` in the shape of x,
 * `mean` and `variance`, `[C]`.
 */
export interface BatchNormInputs<T = tf.TensorInfo> {
  /** `[..., C]`. */
  x: T;
  /** `[C]`. */
  scale: T;
  /** `[C]`. */
  offset: T;
}

/** Inputs of {@linkcode BATCH_NORM_FIXED}; the output is `normalized`. */
export interface BatchNormFixedInputs<T = tf.TensorInfo> extends BatchNormInputs<T> {
  /** `[C]`. */
  mean: T;
  /** `[C]`, not negative. */
  variance: T;
}

/**
 * Inputs of {@linkcode BATCH_NORM_GRAD}; the outputs are the gradients of x, scale and offset, in
 * their shapes.
 */
export interface BatchNormGradInputs<T = tf.TensorInfo> extends BatchNormFixedInputs<T> {
  /** The incoming gradient, in the shape of x. */
  upstream: T;
}

/** Rows and channels of x. */
export function batchNormSize({ shape }: Pick<tf.TensorInfo, "shape">) {
  const channels = shape.at(-1)!;
  return { rows: tf.util.sizeFromShape(shape.slice(0, -1)), channels };
}
