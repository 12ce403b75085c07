/**
 * Six numbers of each rotation matrix.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/**
 * The six numbers of each rotation matrix, of which {@linkcode rotationsFrom6d} makes it again: its
 * first two columns, row by row.
 *
 * @param rotations `[..., 3, 3]`, float32.
 * @returns `[..., 6]`.
 * @throws {TypeError} If `rotations` is no tensor of float32, or not `[..., 3, 3]`.
 * @throws {RangeError} If it is empty, or exceeds the adapter's limits.
 *
 * @example No rotation
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { rotationsTo6d } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await rotationsTo6d(tf.eye(3)).array(), [1, 0, 0, 1, 0, 0]);
 * ```
 */
export function rotationsTo6d(rotations: Tensor): Tensor {
  checkSides(rotations, "rotations", "6-D rotations", ["...", 3, 3]);
  return tf.tidy(() => {
    const first = tf.slice(tf.reshape(rotations, [-1, 3, 3]), [0, 0, 0], [-1, 3, 2]);
    return tf.reshape(first, [...rotations.shape.slice(0, -2), 6]);
  });
}
