/**
 * Rotation matrices of axes and angles.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { offTape } from "../../losses/off_tape.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/** Below this square of the angle the series are exact in float32, and need no division. */
const SMALL = 0.1;

/**
 * Rotation matrices of vectors that are axis times angle, by Rodrigues' formula.
 *
 * Choose it for labels, which data sets keep in this form. `R = cos(a) I + sin(a) / a [v] + (1 -
 * cos(a)) / a^2 v v'`, with series where the angle is small: value and gradient are right at 0, too.
 *
 * @param vectors `[..., 3]`, float32; the length is the angle, in radians.
 * @returns `[..., 3, 3]`.
 * @throws {TypeError} If `vectors` is no tensor of float32, or not `[..., 3]`.
 * @throws {RangeError} If it is empty, or exceeds the adapter's limits.
 *
 * @example Half a turn about x
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { rotationsFromAxisAngle } from "@balanced/mse/vision";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const rotation = await rotationsFromAxisAngle(tf.tensor1d([Math.PI, 0, 0])).data();
 * [1, 0, 0, 0, -1, 0, 0, 0, -1].forEach((x, k) => assertAlmostEquals(rotation[k]!, x, 1e-6));
 * ```
 */
export function rotationsFromAxisAngle(vectors: Tensor): Tensor {
  checkSides(vectors, "vectors", "rotations", ["...", 3]);
  return tf.tidy(() => {
    const v = tf.reshape(vectors, [-1, 3]);
    const square = tf.sum(tf.square(v), 1, true);
    const isSmall = offTape(() => tf.less(square, SMALL));
    // What is not chosen must not divide by 0: 0 times infinity would be its gradient.
    const angle = tf.sqrt(tf.where(isSmall, 1, square));
    const near = tf.where(isSmall, square, 0);
    const sine = tf.where(
      isSmall,
      series(near, [1, -1 / 6, 1 / 120, -1 / 5040]),
      tf.div(tf.sin(angle), angle),
    );
    const half = tf.div(tf.sin(tf.div(angle, 2)), angle); // 1 - cos a = 2 sin^2 (a / 2)
    const versine = tf.where(
      isSmall,
      series(near, [1 / 2, -1 / 24, 1 / 720, -1 / 40320]),
      tf.mul(2, tf.square(half)),
    );
    const cosine = tf.sub(1, tf.mul(versine, square));
    const wide = (x: Tensor) => tf.reshape(x, [-1, 1, 1]);
    const outer = tf.mul(tf.reshape(v, [-1, 3, 1]), tf.reshape(v, [-1, 1, 3]));
    const turning = tf.reshape(tf.matMul(v as tf.Tensor2D, tf.tensor2d(CROSS)), [-1, 3, 3]);
    const rotations = tf.add(
      tf.add(tf.mul(wide(cosine), tf.reshape(tf.eye(3), [1, 3, 3])), tf.mul(wide(sine), turning)),
      tf.mul(wide(versine), outer),
    );
    return tf.reshape(rotations, [...vectors.shape, 3]);
  });
}

/** What the matrix of `v x` has of each of v's numbers, row by row. */
const CROSS = [
  [0, 0, 0, 0, 0, -1, 0, 1, 0],
  [0, 0, 1, 0, 0, 0, -1, 0, 0],
  [0, -1, 0, 1, 0, 0, 0, 0, 0],
];

/** `c_0 + c_1 x + c_2 x^2 + ...` */
function series(x: Tensor, coefficients: readonly number[]): Tensor {
  return coefficients.reduceRight<Tensor>(
    (sum, c) => tf.add(tf.mul(sum, x), c),
    tf.zerosLike(x),
  );
}
