/**
 * What a body model is made of.
 *
 * @module
 */
import type { Tensor } from "../../tensor.ts";

/** What a body model is made of, in the form of SMPL; float32, any unit of length. */
export interface BodyData {
  /** The surface in the rest pose, `[V, 3]`. */
  readonly template: Tensor;
  /** How it changes by a standard deviation of each of S shapes, `[V, 3, S]`. */
  readonly shapeDirections: Tensor;
  /**
   * How it changes by each element of the rotations of all joints but the first, less the identity,
   * `[V, 3, 9 (J - 1)]`.
   */
  readonly poseDirections: Tensor;
  /** What each vertex counts in the place of each joint, `[J, V]`; a row's sum is 1. */
  readonly jointRegressor: Tensor;
  /** How much of each vertex goes with each joint, `[V, J]`; a row's sum is 1. */
  readonly weights: Tensor;
  /** The index of each joint's parent, less than its own; of the first -1. */
  readonly parents: readonly number[];
}
