/** Bodies against NumPy's evaluation of the same file, gradients by differences, the synthetic one. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type BodyData,
  bodyModel,
  readBody,
  rotationsFrom6d,
  rotationsFromAxisAngle,
  syntheticBody,
} from "../../../src/vision/mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { worstOfGreatest } from "../../support/reference_vision.ts";
import truth from "../../fixtures/body.json" with { type: "json" };

const ON = ["webgpu", "cpu"] as const;
const FILE = new URL("../../fixtures/body/tiny.npz", import.meta.url).pathname;

const tensorsOf = ({ parents: _, ...tensors }: BodyData) => Object.values(tensors) as tf.Tensor[];

/** The model of a body whose tensors nobody else has. */
function modelOf(data: BodyData) {
  const model = bodyModel(data);
  tf.dispose(tensorsOf(data));
  return model;
}

for (
  const [name, shapes, expected] of [
    ["all shapes", undefined, truth.all],
    ["two of its shapes", 2, truth.two],
    ["no shapes", undefined, truth.none],
  ] as const
) {
  testOnBackends(`body: ${name}, as NumPy poses it`, async () => {
    const model = modelOf(await readBody(FILE, { shapes }));
    assertEquals([model.vertexCount, model.jointCount, model.shapeCount], [9, 5, shapes ?? 4]);
    assertEquals(model.parents, [-1, 0, 0, 2, 3]);
    const betas = expected === truth.none
      ? undefined
      : tf.tensor2d(truth.betas.map((row) => row.slice(0, shapes)));
    const [vertices, joints, rotations] = await read(() => {
      const pose = rotationsFromAxisAngle(tf.tensor3d(truth.angles));
      const body = model.pose({ rotations: pose, shapes: betas });
      return [body.vertices, body.joints, body.rotations];
    });
    for (
      const [found, numbers] of [
        [vertices, expected.vertices],
        [joints, expected.joints],
        [rotations, expected.rotations],
      ] as const
    ) {
      const error = worstOfGreatest(found!, numbers);
      assert(error <= 1e-6, `${error}`);
    }
    betas?.dispose();
    model.dispose();
  }, ON);
}

testOnBackends("body: gradients of rotations and shapes by differences", async () => {
  const model = modelOf(await readBody(FILE));
  const next = normals(3);
  const draw = (size: number) => Float32Array.from({ length: size }, next);
  const [six, betas] = [draw(2 * 5 * 6), draw(2 * 4)];
  const [upVertices, upJoints] = [draw(2 * 9 * 3), draw(2 * 5 * 3)];
  const loss = (x: tf.Tensor, shapes: tf.Tensor) => {
    const body = model.pose({ rotations: rotationsFrom6d(x), shapes });
    const weighed = (y: tf.Tensor, w: Float32Array) => tf.sum(tf.mul(y, tf.tensor(w, y.shape)));
    return tf.add(weighed(body.vertices, upVertices), weighed(body.joints, upJoints));
  };
  const at = (x: Float32Array, b: Float32Array) =>
    [tf.tensor3d(x, [2, 5, 6]), tf.tensor2d(b, [2, 4])] as const;
  const gradients = await read(() => tf.grads(loss)([...at(six, betas)]));
  const step = 1e-2;
  for (const [k, x] of [six, betas].entries()) {
    const greatest = Math.max(...gradients[k]!.map(Math.abs));
    for (let i = 0; i < x.length; i += k === 0 ? 7 : 1) {
      const values = await read(() =>
        [-2, -1, 1, 2].map((move) => {
          const y = x.with(i, x[i]! + move * step);
          return loss(...(k === 0 ? at(y, betas) : at(six, y)));
        })
      );
      const [a, b, c, d] = values.map(([value]) => value!) as [number, number, number, number];
      const slope = (a - 8 * b + 8 * c - d) / (12 * step);
      assertAlmostEquals(gradients[k]![i]!, slope, 2e-3 * greatest, `input ${k}, number ${i}`);
    }
  }
  model.dispose();
}, ON);

testOnBackends("body: the synthetic one is whole, symmetric, and stays itself", async () => {
  const data = syntheticBody();
  const [template, weights, regressor, directions] = await Promise.all(
    [data.template, data.weights, data.jointRegressor, data.shapeDirections]
      .map((tensor) => tensor.data()),
  );
  const model = modelOf(data);
  const [size, joints] = [1012, 24];
  const total = (row: Iterable<number>) => [...row].reduce((a, b) => a + b);
  for (let v = 0; v < size; v++) {
    const row = weights!.subarray(v * joints, (v + 1) * joints);
    assertAlmostEquals(total(row), 1, 1e-6);
    assert(row.every((w) => w >= 0));
  }
  for (let j = 0; j < joints; j++) {
    const row = regressor!.subarray(j * size, (j + 1) * size);
    assertAlmostEquals(total(row), 1, 1e-6);
  }
  for (let k = 0; k < 10; k++) {
    assert(directions!.some((x, i) => i % 10 === k && Math.abs(x) > 1e-3), `shape ${k}`);
  }
  const [rest, places, mirrored] = await read(() => {
    const still = tf.tile(tf.reshape(tf.eye(3), [1, 1, 3, 3]), [1, joints, 1, 1]);
    const { vertices, joints: q } = model.pose({ rotations: still });
    const shaped = model.pose({ rotations: still, shapes: [[1, -1, 2, -2, 1, 0, 3, -3, 1, 1]] });
    return [vertices, q, shaped.joints];
  });
  assert(worstOfGreatest(rest!, template!) <= 1e-6);
  const pairs = [[1, 2], [4, 5], [7, 8], [10, 11], [13, 14], [16, 17], [18, 19], [20, 21], [
    22,
    23,
  ]];
  for (const q of [places!, mirrored!]) {
    for (const [l, r] of pairs as [number, number][]) {
      assertAlmostEquals(q[3 * l]!, -q[3 * r]!, 1e-6);
      assert(q[3 * l]! > 0.05);
      assertAlmostEquals(q[3 * l + 1]!, q[3 * r + 1]!, 1e-6);
    }
  }
  model.dispose();
}, ON);

Deno.test("body: parts that are missing, or do not go together, and bad poses are named", () => {
  tf.tidy(() => {
    const data = syntheticBody();
    const model = bodyModel(data);
    const rotations = tf.ones([2, 24, 3, 3]);
    const made = (change: object) => () => bodyModel({ ...data, ...change });
    const posed = (shapes: unknown) => () =>
      model.pose({ rotations, shapes: shapes as number[][] });
    const row = new Array<number>(10).fill(0);
    const rules: [() => unknown, ErrorConstructor, string][] = [
      [made({ weights: undefined }), TypeError, "current body has no weights"],
      [made({ faces: 1 }), TypeError, 'current value has "faces"'],
      [made({ weights: tf.ones([1012, 23]) }), TypeError, "jointRegressor must be [23, 1012]"],
      [made({ template: tf.ones([5, 3]) }), TypeError, "weights must be [5, J]"],
      [made({ poseDirections: tf.ones([1012, 3, 9]) }), TypeError, "must be [1012, 3, 207]"],
      [made({ parents: [-1, 0] }), TypeError, "current number of parents is 2"],
      [() => model.pose({ rotations: tf.ones([2, 23, 3, 3]) }), TypeError, "must be [N, 24, 3, 3]"],
      [posed(tf.ones([2, 9])), TypeError, "shapes must be [2, 10]: current shape is [2,9]"],
      [posed([row]), TypeError, "shapes must be [2, 10]: current length is 1"],
      [posed([row, row.slice(1)]), TypeError, "current length of a row is 9"],
      [posed([row, row.with(4, -3.5)]), RangeError, "shapes[1][4] must be a finite number >= -3"],
      [posed([row, row.with(9, NaN)]), RangeError, "shapes[1][9] must be a finite number"],
    ];
    for (const [run, kind, message] of rules) assertThrows(run, kind, message);
    model.dispose();
  });
});
