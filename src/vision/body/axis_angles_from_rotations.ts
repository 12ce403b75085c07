/**
 * Axes and angles of rotation matrices.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { offTape } from "../../losses/off_tape.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/**
 * `4 q_i q`, of the quaternion q = (w, x, y, z), for each i, as linear functions of a matrix, row by
 * row, and its constant part.
 */
const ROWS: readonly (readonly number[])[] = (() => {
  const of = (parts: Readonly<Record<number, number>>) =>
    Array.from({ length: 9 }, (_, k) => parts[k] ?? 0);
  const [x, y, z] = [of({ 7: 1, 5: -1 }), of({ 2: 1, 6: -1 }), of({ 3: 1, 1: -1 })];
  const [xy, xz, yz] = [of({ 1: 1, 3: 1 }), of({ 2: 1, 6: 1 }), of({ 5: 1, 7: 1 })];
  const square = (a: number, b: number, c: number) => of({ 0: a, 4: b, 8: c });
  return [
    ...[square(1, 1, 1), x, y, z],
    ...[x, square(1, -1, -1), xy, xz],
    ...[y, xy, square(-1, 1, -1), yz],
    ...[z, xz, yz, square(-1, -1, 1)],
  ];
})();
const CONSTANTS = ROWS.map((_, k) => k % 5 === 0 ? 1 : 0);

/** Below this square of the tangent of half the angle the series is exact in float32. */
const SMALL = 1e-2;

/**
 * Vectors that are axis times angle, of rotation matrices; of {@linkcode rotationsFromAxisAngle} the
 * inverse.
 *
 * Choose it to show or to store what a network found. By way of the quaternion, from the greatest of
 * its four numbers: all digits are right at the angle 0 and at pi, where the sine tells nothing.
 *
 * @param rotations `[..., 3, 3]`, float32, orthogonal and of determinant 1.
 * @returns `[..., 3]`, the lengths in radians, from 0 to pi. Half a turn is the same about either of
 * two opposite axes, and gives either.
 * @throws {TypeError} If `rotations` is no tensor of float32, or not `[..., 3, 3]`.
 * @throws {RangeError} If it is empty, or exceeds the adapter's limits.
 *
 * @example A quarter turn about z
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { axisAnglesFromRotations } from "@balanced/mse/vision";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const turn = axisAnglesFromRotations(tf.tensor2d([[0, -1, 0], [1, 0, 0], [0, 0, 1]]));
 * assertAlmostEquals((await turn.data())[2]!, Math.PI / 2, 1e-6);
 * ```
 */
export function axisAnglesFromRotations(rotations: Tensor): Tensor {
  checkSides(rotations, "rotations", "axes and angles", ["...", 3, 3]);
  return tf.tidy(() => {
    const flat = tf.reshape(rotations, [-1, 9]) as tf.Tensor2D;
    const products = tf.add(
      tf.matMul(flat, tf.tensor2d(ROWS as number[][]), false, true),
      CONSTANTS,
    );
    const rows = tf.reshape(products, [-1, 4, 4]);
    const diagonal = tf.sum(tf.mul(rows, tf.reshape(tf.eye(4), [1, 4, 4])), 2);
    const greatest = offTape(() => tf.oneHot(tf.argMax(diagonal, 1), 4, 1, 0, "float32"));
    const row = tf.sum(tf.mul(rows, tf.expandDims(greatest, 2)), 1);
    const unit = tf.div(row, tf.norm(row, "euclidean", 1, true));
    const sign = offTape(() => tf.where(tf.less(tf.slice(unit, [0, 0], [-1, 1]), 0), -1, 1));
    const [w, v] = tf.split(tf.mul(unit, sign), [1, 3], 1) as [Tensor, Tensor];

    // The angle is 2 atan(|v| / w); by |v| it is what v is stretched by.
    const square = tf.sum(tf.square(v), 1, true);
    const isSmall = offTape(() => tf.less(square, SMALL));
    const length = tf.sqrt(tf.where(isSmall, 1, square));
    const far = tf.where(isSmall, 0, w);
    const near = tf.where(isSmall, w, 1);
    const t = tf.div(tf.where(isSmall, square, 0), tf.square(near));
    const series = tf.sub(1, tf.mul(t, tf.sub(1 / 3, tf.mul(t, tf.sub(1 / 5, tf.div(t, 7))))));
    const stretch = tf.where(isSmall, tf.div(series, near), tf.div(halfAngle(length, far), length));
    return tf.reshape(tf.mul(2, tf.mul(v, stretch)), [...rotations.shape.slice(0, -2), 3]);
  });
}

/**
 * The angle whose sine and cosine these are: a GPU's arc tangent, which may be 4,096 units in the
 * last place off, and a step of Newton's, whose gradient is the angle's.
 */
function halfAngle(sine: Tensor, cosine: Tensor): Tensor {
  const angle = offTape(() => tf.atan2(sine, cosine));
  const error = tf.sub(tf.mul(sine, tf.cos(angle)), tf.mul(cosine, tf.sin(angle)));
  return tf.add(angle, error);
}
