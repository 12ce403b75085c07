/**
 * The contract that every implementation of the convolution kernels fulfils.
 *
 * With x `[N, H, W, I]`, a filter `[K, L, I, O]`, strides (s, t) and padding before the first row
 * and column (p, q), x being 0 outside,
 *
 *     y[n, a, b, o]           = sum_kli x[n, s a + k - p, t b + l - q, i] filter[k, l, i, o]
 *     filter's gradient [kli o] = sum_nab x[n, s a + k - p, t b + l - q, i] dy[n, a, b, o]
 *     x's gradient [n h w i]    = sum of dy[n, a, b, o] filter[k, l, i, o]
 *                                 over s a + k - p = h, t b + l - q = w and all o
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** The convolution's name in tfjs's registry. */
export const CONV2D = "BalancedMseConv2d";

/** The name of the kernel of x's gradient. */
export const CONV2D_INPUT_GRAD = "BalancedMseConv2dInputGrad";

/** The name of the kernel of the filter's gradient. */
export const CONV2D_FILTER_GRAD = "BalancedMseConv2dFilterGrad";

/** Padding as of `tf.conv2d`: a number, the same on all sides; by name; or rows and columns. */
export type Padding = number | "same" | "valid" | ExplicitPadding;

/** `[[0, 0], [above, below], [left, right], [0, 0]]`. */
export type ExplicitPadding = [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
];

/** Steps by rows and columns, or one number for both. */
export type Strides = number | [number, number];

/** Sizes along the axes of pictures or filters. */
export type Shape4D = [number, number, number, number];

/** Attributes of {@linkcode CONV2D}. */
export interface Conv2dAttrs {
  strides: [number, number];
  pad: ExplicitPadding;
}

/** Attributes of {@linkcode CONV2D_INPUT_GRAD}. */
export interface Conv2dInputGradAttrs extends Conv2dAttrs {
  inputShape: Shape4D;
}

/** Attributes of {@linkcode CONV2D_FILTER_GRAD}. */
export interface Conv2dFilterGradAttrs extends Conv2dAttrs {
  filterShape: Shape4D;
}

/** Inputs of {@linkcode CONV2D}, float32. */
export interface Conv2dInputs<T = tf.TensorInfo> {
  /** `[N, H, W, I]`. */
  x: T;
  /** `[K, L, I, O]`. */
  filter: T;
}

/** Inputs of {@linkcode CONV2D_INPUT_GRAD}. */
export interface Conv2dInputGradInputs<T = tf.TensorInfo> {
  /** `[N, A, B, O]`. */
  dy: T;
  /** `[K, L, I, O]`. */
  filter: T;
}

/** Inputs of {@linkcode CONV2D_FILTER_GRAD}. */
export interface Conv2dFilterGradInputs<T = tf.TensorInfo> {
  /** `[N, H, W, I]`. */
  x: T;
  /** `[N, A, B, O]`. */
  dy: T;
}

/** Attributes with all of them as numbers. */
export function attrsOf(
  inputShape: Shape4D,
  filterShape: Shape4D,
  strides: Strides,
  pad: Padding,
): Conv2dAttrs {
  const both: [number, number] = typeof strides === "number" ? [strides, strides] : strides;
  const { top, bottom, left, right } =
    tf.backend_util.computeConv2DInfo(inputShape, filterShape, both, 1, pad).padInfo;
  return { strides: both, pad: [[0, 0], [top, bottom], [left, right], [0, 0]] };
}
