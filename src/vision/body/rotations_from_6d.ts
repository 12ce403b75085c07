/**
 * Rotation matrices of six numbers each.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { rotation6d } from "../../kernels/rotation_6d/rotation_6d.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/**
 * Rotation matrices of six numbers each, which a network may choose freely.
 *
 * Choose it for what a network puts out: unlike angles, near rotations have near numbers. The six
 * are a matrix of three rows and two columns; Gram-Schmidt makes the columns orthogonal, the third
 * is their cross product. On webgpu one dispatch, and one for the gradient, which is of the first
 * order.
 *
 * @param x `[..., 6]`, float32, of any size. Where they tell no direction (the first column is 0,
 * the second is parallel to it) another takes its place: a rotation it is always, and the gradient
 * there is 0. NaN gives NaN.
 * @returns `[..., 3, 3]`.
 * @throws {TypeError} If `x` is no tensor of float32, or not `[..., 6]`.
 * @throws {RangeError} If it is empty, or exceeds the adapter's limits.
 *
 * @example A quarter turn about z, from columns of length 2 that are not orthogonal
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { rotationsFrom6d } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const columns = tf.tensor2d([[0, -2], [2, 2], [0, 0]]); // (0, 2, 0) and (-2, 2, 0)
 * const rotation = rotationsFrom6d(tf.reshape(columns, [6]));
 * assertEquals(await rotation.array(), [[0, -1, 0], [1, 0, 0], [0, 0, 1]]);
 * ```
 *
 * @see Zhou et al., On the Continuity of Rotation Representations in Neural Networks, CVPR 2019;
 * the order of the six is that of SPIN and mmhuman3d.
 */
export function rotationsFrom6d(x: Tensor): Tensor {
  checkSides(x, "x", "rotations", ["...", 6]);
  return tf.tidy(() => {
    const rotations = rotation6d(tf.reshape(x, [-1, 3, 2]));
    return tf.reshape(rotations, [...x.shape.slice(0, -1), 3, 3]);
  });
}
