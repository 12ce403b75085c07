/**
 * The contract that every implementation of the resize kernel fulfils.
 *
 * Along an axis of `from` samples resized to `to`, sample i of the result lies at
 *
 *     place_i = (i + 1/2) from / to - 1/2     half-pixel centers, held within 0 .. from - 1
 *     place_i = i (from - 1) / (to - 1)       corners aligned (0 where `to` is 1)
 *
 * and weighs sample a of the source by `max(0, 1 - |place_i - a|)`. A picture's weights are the
 * products of those of its rows and columns. The operation is linear; `adjoint` is its transpose,
 * which takes a gradient of the result to that of the source.
 *
 * Places are kept as fractions of whole numbers: with positions in float32 a wide picture's weights
 * would lose digits.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** The kernel's name in tfjs's registry. */
export const RESIZE_BILINEAR = "BalancedMseResizeBilinear";

/** Rows and columns of a picture. */
export type Size = readonly [height: number, width: number];

/** Attributes of {@linkcode RESIZE_BILINEAR}. */
export interface ResizeAttrs {
  /** The size of the source. */
  from: Size;
  /** The size of the result. */
  to: Size;
  alignCorners: boolean;
  /** Whether the input is a gradient of the result, `to`, and the output one of the source. */
  adjoint: boolean;
}

/** Inputs of {@linkcode RESIZE_BILINEAR}, float32. */
export interface ResizeInputs<T = tf.TensorInfo> {
  /** `[N, H, W, C]`. */
  x: T;
}

/** Place i along an axis is `(slope i + shift) / unit`, all whole numbers. */
export interface Axis {
  from: number;
  to: number;
  slope: number;
  shift: number;
  unit: number;
}

/** The places along an axis. */
export function axisOf(from: number, to: number, alignCorners: boolean): Axis {
  return alignCorners
    ? { from, to, slope: from - 1, shift: 0, unit: Math.max(1, to - 1) }
    : { from, to, slope: 2 * from, shift: from - to, unit: 2 * to };
}
