/** Rotations of six numbers against Gram-Schmidt in float64, also without a direction; dispatches. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rotationsFrom6d, rotationsTo6d } from "../../../src/vision/mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { dispatchesOf } from "../../support/dispatches.ts";
import { identity, type Matrix, product, slopesOf } from "../../support/reference_body.ts";
import { worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

const f = Math.fround;
const draws = (seed: number, rows: number, columns: number) => {
  const next = normals(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => f(next())));
};

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, k) => sum + x * b[k]!, 0);

/** Gram-Schmidt in float64. */
function of6d(x: readonly number[]): Matrix {
  const unit = (v: number[]) => v.map((y) => y / Math.hypot(...v));
  const b1 = unit([x[0]!, x[2]!, x[4]!]);
  const a2 = [x[1]!, x[3]!, x[5]!];
  const b2 = unit(a2.map((y, k) => y - dot(b1, a2) * b1[k]!));
  const b3 = [0, 1, 2].map((k) =>
    b1[(k + 1) % 3]! * b2[(k + 2) % 3]! - b1[(k + 2) % 3]! * b2[(k + 1) % 3]!
  );
  return b1.map((_, k) => [b1[k]!, b2[k]!, b3[k]!]);
}

function assertRotation(matrix: Float32Array | number[], what: string) {
  const m = [0, 3, 6].map((k) => [...matrix.slice(k, k + 3)]);
  const transposed = m[0]!.map((_, k) => m.map((row) => row[k]!));
  const found = product(transposed, m).flat();
  identity.flat().forEach((x, k) => assertAlmostEquals(found[k]!, x, 1e-6, what));
  const [a, b, c] = m as [number[], number[], number[]];
  const determinant = a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
    a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
  assertAlmostEquals(determinant, 1, 2e-6, what);
}

testOnBackends("rotations: from 6-D as Gram-Schmidt, of any size, with its gradient", async () => {
  const rows = draws(3, 20, 6);
  // Nearly parallel, and numbers whose squares are beyond float32: as well as those of size 1.
  const near = [1, 1 + 1e-3, 2, 2, -3, -3].map(f);
  const scales = [[near, 1], [rows[0]!, 1e25], [rows[1]!, 1e-25]] as const;
  const all = [...rows, ...scales.map(([row, scale]) => row.map((x) => f(x * scale)))];
  const dy = draws(5, all.length, 9);
  const [rotations, gradients, back] = await read(() => {
    const x = tf.tensor2d(all);
    const turned = rotationsFrom6d(x);
    const up = tf.reshape(tf.tensor2d(dy), [-1, 3, 3]);
    return [turned, tf.grad(rotationsFrom6d)(x, up), rotationsFrom6d(rotationsTo6d(turned))];
  });
  all.forEach((row, i) => {
    const own = rotations!.subarray(9 * i, 9 * i + 9);
    assertRotation(own, `${row}`);
    const looseness = i === rows.length ? 1e3 : 1; // as many digits are lost
    of6d(row).flat().forEach((x, k) => assertAlmostEquals(own[k]!, x, 1e-6 * looseness, `${row}`));
    assertAlmostEquals(back![9 * i]!, own[0]!, 1e-6);
    const size = Math.max(...row.map(Math.abs));
    const slopes = slopesOf((x) => dot(of6d(x).flat(), dy[i]!), row, 1e-6 * size);
    const greatest = Math.max(...slopes.map(Math.abs));
    slopes.forEach((x, k) =>
      assertAlmostEquals(
        gradients![6 * i + k]! / greatest,
        x / greatest,
        1e-5 * looseness,
        `${row}`,
      )
    );
  });
  assert(worstOfGreatest(back!, rotations!) <= 1e-6);
}, ON);

testOnBackends(
  "rotations: from 6-D without a direction a rotation, and a finite gradient",
  async () => {
    const rows = [
      [0, 0, 0, 0, 0, 0],
      [0, 1, 0, 2, 0, 3],
      [1, 0, 2, 0, 3, 0],
      [1, 2, 2, 4, 3, 6],
      [0.3, -0.3, 0.1, -0.1, 0.7, -0.7],
      [5, 1, 0, 0, 0, 0],
      [0, 0, 5, 1, 0, 0],
    ];
    const [rotations, gradients, other] = await read(() => {
      const x = tf.tensor2d(rows);
      return [
        rotationsFrom6d(x),
        tf.grad(rotationsFrom6d)(x, tf.ones([rows.length, 3, 3])),
        rotationsFrom6d(tf.tensor2d([[NaN, 1, 0, 0, 1, 0], [1, 0, 0, NaN, 0, 1]])),
      ];
    });
    rows.forEach((row, i) => assertRotation(rotations!.subarray(9 * i, 9 * i + 9), `${row}`));
    assert(gradients!.every(Number.isFinite), `${gradients}`);
    assertEquals([...gradients!.slice(0, 6)], [0, 0, 0, 0, 0, 0]);
    assert(Number.isNaN(other![0]!) && Number.isNaN(other![10]!), `${other}`);
  },
  ON,
);

testOnBackends("rotations: from 6-D in one dispatch, and one for the gradient", async () => {
  const x = tf.tensor2d(draws(1, 8, 6));
  const up = tf.ones([8, 3, 3]);
  await Promise.all([x.data(), up.data()]);
  assertEquals(dispatchesOf(() => tf.tidy(() => void rotationsFrom6d(x))), 1);
  assertEquals(dispatchesOf(() => tf.tidy(() => void tf.grad(rotationsFrom6d)(x, up))), 2);
  tf.dispose([x, up]);
}, ["webgpu"]);
