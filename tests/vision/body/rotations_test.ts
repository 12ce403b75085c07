/** Rotations against closed forms and each other, and at their singular points; gradients by differences. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import {
  axisAnglesFromRotations,
  rotationsFrom6d,
  rotationsFromAxisAngle,
  rotationsTo6d,
} from "../../../src/vision/mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { rotationOf, slopesOf } from "../../support/reference_body.ts";
import { worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

const f = Math.fround;
const draws = (seed: number, rows: number, columns: number) => {
  const next = normals(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => f(next())));
};

/** Vectors of all lengths: 0, where the series begins and ends, around pi, several turns. */
const ANGLES = [0, 1e-20, 1e-4, 0.1, 0.3162, 0.3163, 1, 3, Math.PI - 1e-4, Math.PI, 3.2, 7, 20];
const VECTORS = ANGLES.flatMap((angle, i) =>
  draws(i + 1, 3, 3).map((row) => row.map((x) => f(angle * x / Math.hypot(...row))))
);

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, k) => sum + x * b[k]!, 0);

testOnBackends("rotations: from axis and angle as Rodrigues, with its gradient", async () => {
  const dy = draws(9, 1, 9)[0]!;
  const [rotations, gradients] = await read(() => {
    const x = tf.tensor2d(VECTORS);
    const all = tf.tile(tf.reshape(tf.tensor1d(dy), [1, 3, 3]), [VECTORS.length, 1, 1]);
    return [rotationsFromAxisAngle(x), tf.grad(rotationsFromAxisAngle)(x, all)];
  });
  VECTORS.forEach((vector, i) => {
    const own = rotations!.subarray(9 * i, 9 * i + 9);
    const size = 1 + Math.hypot(...vector); // a float32 angle of several turns tells less
    rotationOf(vector).flat().forEach((x, k) =>
      assertAlmostEquals(own[k]!, x, 5e-7 * size, `${vector}`)
    );
    const slopes = slopesOf((x) => dot(rotationOf(x).flat(), dy), vector);
    slopes.forEach((x, k) =>
      assertAlmostEquals(gradients![3 * i + k]!, x, 3e-6 * size, `${vector}`)
    );
  });
}, ON);

testOnBackends("rotations: to axis and angle and back, at 0 and pi, too", async () => {
  // Half turns about axes and between them, where each of the quaternion's numbers is the greatest.
  const half = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0], [0, -0.6, 0.8], [-0.8, 0, 0.6]]
    .map((axis) => axis.map((x) => f(Math.PI * x)));
  const vectors = [...VECTORS, ...half];
  const truth = vectors.map(rotationOf);
  const [found, again] = await read(() => {
    const angles = axisAnglesFromRotations(tf.tensor3d(truth));
    return [angles, rotationsFromAxisAngle(angles)];
  });
  assert(
    worstOfGreatest(again!, truth.flat(2)) <= 1e-6,
    `${worstOfGreatest(again!, truth.flat(2))}`,
  );
  vectors.forEach((vector, i) => {
    const own = [...found!.subarray(3 * i, 3 * i + 3)];
    assert(Math.hypot(...own) <= Math.PI + 1e-6, `${own}`);
    if (Math.hypot(...vector) > 3) return;
    vector.forEach((x, k) => assertAlmostEquals(own[k]!, x, 1e-6, `${vector}`));
  });
}, ON);

testOnBackends("rotations: the gradient of axis and angle undoes that of the matrix", async () => {
  const vectors = VECTORS.filter((vector) => Math.hypot(...vector) < 3.1);
  const dy = draws(4, vectors.length, 3);
  const [gradient] = await read(() =>
    tf.grad((x: tf.Tensor) => axisAnglesFromRotations(rotationsFromAxisAngle(x)))(
      tf.tensor2d(vectors),
      tf.tensor2d(dy),
    )
  );
  assert(worstOfGreatest(gradient!, dy.flat()) <= 3e-6, `${worstOfGreatest(gradient!, dy.flat())}`);
}, ON);

Deno.test("rotations: what has another shape, or nothing, is refused", () => {
  tf.tidy(() => {
    const rules: [() => unknown, ErrorConstructor, string][] = [
      [
        () => rotationsFrom6d(tf.ones([2, 3, 2])),
        TypeError,
        "x must be [..., 6]: current shape is [2,3,2]",
      ],
      [
        () => rotationsFrom6d(tf.ones([0, 6])),
        RangeError,
        "x must not be empty: current shape is [0,6]",
      ],
      [() => rotationsTo6d(tf.ones([9])), TypeError, "rotations must be [..., 3, 3]"],
      [() => rotationsFromAxisAngle(tf.scalar(1)), TypeError, "vectors must be [..., 3]"],
      [() => axisAnglesFromRotations(tf.ones([3, 4])), TypeError, "rotations must be [..., 3, 3]"],
      [() => rotationsFrom6d(tf.ones([6], "int32")), TypeError, "x must be float32"],
    ];
    for (const [run, kind, message] of rules) assertThrows(run, kind, message);
  });
});
