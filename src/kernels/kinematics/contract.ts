/**
 * The contract that every implementation of forward kinematics fulfils.
 *
 * A body is a tree of joints. R_j turns joint j against its parent p, t_j is its place in the rest
 * pose. In the world it is turned by Q_j and lies at q_j:
 *
 *     Q_0 = R_0        q_0 = t_0
 *     Q_j = Q_p R_j    q_j = q_p + Q_p (t_j - t_p)
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";

/** The kernels' names in tfjs's registry. */
export const KINEMATICS = "BalancedMseKinematics";
export const KINEMATICS_GRAD = "BalancedMseKinematicsGrad";

/** Attributes of both. */
export interface KinematicsAttrs {
  /** The parent of each joint, less than the joint itself; of the first -1. */
  parents: readonly number[];
}

/** Inputs of {@linkcode KINEMATICS}, float32; it gives `[N, J, 3, 4]`: Q, and q as last column. */
export interface KinematicsInputs<T = tf.TensorInfo> {
  /** `[N, J, 3, 3]`. */
  rotations: T;
  /** `[N, J, 3]`, or `[1, J, 3]` for all. */
  rest: T;
}

/**
 * Inputs of {@linkcode KINEMATICS_GRAD}; it gives `[N, J, 12]`: the gradients of R, row by row, and
 * of t.
 */
export interface KinematicsGradInputs<T = tf.TensorInfo> extends KinematicsInputs<T> {
  /** What {@linkcode KINEMATICS} gave, and its gradient; `[N, J, 3, 4]`. */
  world: T;
  dy: T;
}
