/** Forward kinematics and skinning: closed forms, gradients by differences, dispatches, bad trees. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import {
  forwardKinematics,
  linearBlendSkinning,
  rotationsFrom6d,
  rotationsFromAxisAngle,
} from "../../../src/vision/mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { dispatchesOf } from "../../support/dispatches.ts";
import {
  type Matrix,
  PARENTS,
  rotationOf,
  slopesOf,
  worldOf,
} from "../../support/reference_body.ts";
import { worstOfGreatest } from "../../support/reference_vision.ts";

const ON = ["webgpu", "cpu"] as const;

const draw = (seed: number, size: number, scale = 1) => {
  const next = normals(seed);
  return Array.from({ length: size }, () => Math.fround(scale * next()));
};
const rows = (flat: readonly number[], size: number): Matrix =>
  Array.from({ length: flat.length / size }, (_, k) => flat.slice(k * size, (k + 1) * size));
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, k) => sum + x * b[k]!, 0);

for (
  const [name, parents] of [
    ["SMPL's tree", PARENTS],
    ["a chain", [-1, 0, 1, 2, 3]],
    ["a star", [-1, 0, 0, 0]],
    ["one joint", [-1]],
  ] as [string, number[]][]
) {
  for (const ownRest of [false, true]) {
    testOnBackends(
      `kinematics: ${name}, ${ownRest ? "a rest pose each" : "one rest pose"}`,
      async () => {
        const [count, joints] = [3, parents.length];
        const matrices = draw(1, count * joints * 9); // any matrices: the formulas ask for no rotation
        const rest = draw(2, (ownRest ? count : 1) * joints * 3);
        const [ofPlaces, ofTurns] = [draw(3, count * joints * 3), draw(4, count * joints * 9)];
        const turned = matrices.map((x) => Math.fround(0.5 * x));
        const world = (r: number[], t: number[], body: number) =>
          worldOf(
            rows(r.slice(body * joints * 9, (body + 1) * joints * 9), 9).map((m) => rows(m, 3)),
            rows(ownRest ? t.slice(body * joints * 3, (body + 1) * joints * 3) : t, 3),
            parents,
          );
        const bodies = Array.from({ length: count }, (_, body) => body);
        const loss = (r: number[], t: number[]) =>
          bodies.reduce((sum, body) => {
            const { places, turns } = world(r, t, body);
            const own = (x: number[], size: number) =>
              x.slice(body * joints * size, (body + 1) * joints * size);
            return sum + dot(places.flat(), own(ofPlaces, 3)) + dot(turns.flat(2), own(ofTurns, 9));
          }, 0);
        const [places, turns, byRotations, byRest] = await read(() => {
          const r = tf.tensor4d(turned, [count, joints, 3, 3]);
          const t = tf.tensor(rest, ownRest ? [count, joints, 3] : [joints, 3]);
          const { joints: q, rotations } = forwardKinematics(r, t, parents);
          const value = (r: tf.Tensor, t: tf.Tensor) => {
            const { joints: q, rotations } = forwardKinematics(r, t, parents);
            const a = tf.sum(tf.mul(q, tf.tensor3d(ofPlaces, [count, joints, 3])));
            return tf.add(
              a,
              tf.sum(tf.mul(rotations, tf.tensor4d(ofTurns, [count, joints, 3, 3]))),
            );
          };
          return [q, rotations, ...tf.grads(value)([r, t])];
        });
        const truth = bodies.map((body) => world(turned, rest, body));
        const close = (found: Float32Array, expected: number[], most: number, what: string) => {
          const error = worstOfGreatest(found, expected);
          assert(error <= most, `${what}: ${error}`);
        };
        close(places!, truth.flatMap(({ places }) => places.flat()), 1e-6, "places");
        close(turns!, truth.flatMap(({ turns }) => turns.flat(2)), 1e-6, "rotations");
        close(byRotations!, slopesOf((r) => loss(r, rest), turned), 1e-6, "gradient of rotations");
        close(byRest!, slopesOf((t) => loss(turned, t), rest), 1e-6, "gradient of the rest pose");
      },
      ON,
    );
  }
}

testOnBackends(
  "kinematics: 24 joints from 6-D, value and gradient, in at most 40 dispatches",
  async () => {
    const x = tf.tensor3d(draw(5, 8 * 24 * 6), [8, 24, 6]);
    const [rest, up] = [tf.tensor2d(draw(6, 72), [24, 3]), tf.tensor3d(draw(7, 576), [8, 24, 3])];
    await Promise.all([x, rest, up].map((tensor) => tensor.data()));
    const loss = (x: tf.Tensor) =>
      tf.sum(tf.mul(forwardKinematics(rotationsFrom6d(x), rest, PARENTS).joints, up));
    const count = dispatchesOf(() =>
      tf.tidy(() => void tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Scalar)(x))
    );
    assert(count > 3 && count <= 40, `${count}`);
    tf.dispose([x, rest, up]);
  },
  ["webgpu"],
);

testOnBackends(
  "skinning: vertices go where their joints take them, with all gradients",
  async () => {
    const [count, size] = [2, 4];
    const parents = [-1, 0, 1];
    const pose = draw(1, count * 9);
    const rest = draw(2, 9);
    const vertices = draw(3, size * 3);
    const weights = rows(draw(4, size * 3).map(Math.abs), 3)
      .flatMap((row) => row.map((w) => Math.fround(w / row.reduce((a, b) => a + b))));
    const up = draw(5, count * size * 3);
    const moved = ([v, w, t, p]: number[][]) =>
      Array.from({ length: count }, (_, body) => {
        const turns = rows(p!.slice(9 * body, 9 * body + 9), 3).map(rotationOf);
        const world = worldOf(turns, rows(t!, 3), parents);
        return rows(v!, 3).flatMap((x, i) =>
          [0, 1, 2].map((k) =>
            dot(
              w!.slice(3 * i, 3 * i + 3),
              parents.map((_, j) => {
                const from = x.map((y, axis) => y - t![3 * j + axis]!);
                return dot(world.turns[j]![k]!, from) + world.places[j]![k]!;
              }),
            )
          )
        );
      }).flat();
    const inputs = [vertices, weights, rest, pose];
    const [value, ...gradients] = await read(() => {
      const run = (v: tf.Tensor, w: tf.Tensor, t: tf.Tensor, p: tf.Tensor) => {
        const posed = forwardKinematics(rotationsFromAxisAngle(p), t, parents);
        return linearBlendSkinning(v, w, t, posed);
      };
      const tensors = [
        tf.tensor2d(vertices, [size, 3]),
        tf.tensor2d(weights, [size, 3]),
        tf.tensor2d(rest, [3, 3]),
        tf.tensor3d(pose, [count, 3, 3]),
      ] as const;
      return [run(...tensors), ...tf.grads(run)([...tensors], tf.tensor3d(up, [count, size, 3]))];
    });
    assert(worstOfGreatest(value!, moved(inputs)) <= 1e-6);
    inputs.forEach((x, k) => {
      const slopes = slopesOf((y) => dot(moved(inputs.with(k, y)), up), x);
      const error = worstOfGreatest(gradients[k]!, slopes);
      assertAlmostEquals(error, 0, 3e-6, `gradient ${k}`);
    });
  },
  ON,
);

Deno.test("kinematics: bad trees and shapes are named", () => {
  tf.tidy(() => {
    const [r, t] = [tf.ones([2, 3, 3, 3]), tf.ones([3, 3])];
    const tree = (parents: unknown) => () => forwardKinematics(r, t, parents as number[]);
    const rules: [() => unknown, ErrorConstructor, string][] = [
      [tree([-1, 0]), TypeError, "a parent for each of 3 joints: current number of parents is 2"],
      [
        tree([-1, 0, 2]),
        RangeError,
        "parents[2] must be an integer >= 0 and < 2: current value is 2",
      ],
      [tree([0, 0, 1]), RangeError, "parents[0] must be an integer >= -1 and <= -1"],
      [tree([-1, -1, 1]), RangeError, "parents[1] must be an integer >= 0"],
      [tree("tree"), TypeError, "parents must be an array"],
      [
        () => forwardKinematics(r, tf.ones([4, 3]), [-1, 0, 0]),
        TypeError,
        "rest must be [3, 3] or [2, 3, 3]",
      ],
      [
        () => forwardKinematics(tf.ones([2, 3, 3]), t, [-1, 0, 0]),
        TypeError,
        "rotations must be [N, J, 3, 3]",
      ],
      [
        () => forwardKinematics(tf.ones([0, 3, 3, 3]), t, [-1, 0, 0]),
        RangeError,
        "rotations must not be empty",
      ],
      [
        () => linearBlendSkinning(t, tf.ones([3, 2]), t, { joints: t, rotations: r }),
        TypeError,
        "posed.rotations must be [N, 2, 3, 3]: current shape is [2,3,3,3]",
      ],
    ];
    for (const [run, kind, message] of rules) assertThrows(run, kind, message);
  });
});
