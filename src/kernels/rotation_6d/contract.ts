/**
 * The contract that every implementation of the 6-D rotations fulfils.
 *
 * Six numbers are a matrix 3 x 2 whose columns are vectors a1 and a2. The rotation's columns are
 *
 *     b1 = a1 / |a1|    u = a2 - (b1 a2) b1    b2 = u / |u|    b3 = b1 x b2
 *
 * What gives no direction is replaced by one, so that there is a rotation always: b1 by the x axis
 * where a1 is 0, u by the part of the x axis that is not b1's (of the y axis, where b1 is nearer to
 * the x axis) where a2 is parallel to b1 to within 1e-6. A replaced vector has the gradient 0.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** The kernels' names in tfjs's registry. */
export const ROTATION_6D = "BalancedMseRotation6d";
export const ROTATION_6D_GRAD = "BalancedMseRotation6dGrad";

/** Inputs of {@linkcode ROTATION_6D}, which gives `[M, 3, 3]`. */
export interface Rotation6dInputs<T = tf.TensorInfo> {
  /** `[M, 3, 2]`. */
  x: T;
}

/** Inputs of {@linkcode ROTATION_6D_GRAD}, which gives `[M, 3, 2]`. */
export interface Rotation6dGradInputs<T = tf.TensorInfo> extends Rotation6dInputs<T> {
  /** `[M, 3, 3]`. */
  dy: T;
}
