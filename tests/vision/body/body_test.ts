/** Bodies against NumPy's evaluation of the same file, gradients by differences, files that are none. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { unzipSync, zipSync } from "fflate";
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
  for (let v = 0; v < size; v++) {
    const row = weights!.subarray(v * joints, (v + 1) * joints);
    assertAlmostEquals(row.reduce((a, b) => a + b), 1, 1e-6);
    assert(row.every((w) => w >= 0));
  }
  for (let j = 0; j < joints; j++) {
    const row = regressor!.subarray(j * size, (j + 1) * size);
    assertAlmostEquals(row.reduce((a, b) => a + b), 1, 1e-6);
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

/** An array of zeros as `.npy`. */
function npy(shape: number[], { type = "<f4", version = 1, bytes = 4, missing = 0 } = {}) {
  const sides = shape.length === 1 ? `${shape},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }\n`;
  const first = [0x93, ..."NUMPY"].map((c) => typeof c === "string" ? c.charCodeAt(0) : c);
  const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
  const size = shape.reduce((a, b) => a * b, bytes) - missing;
  return Uint8Array.from([
    ...first,
    ...[version, 0],
    ...length,
    ...new TextEncoder().encode(header),
    ...new Uint8Array(size),
  ]);
}

Deno.test("body: files of other form or version, without an array or with others are named", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const whole = unzipSync(await Deno.readFile(FILE));
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  const refused = async (bytes: Uint8Array, message: string, options = {}) => {
    await Deno.writeFile(path, bytes);
    await assertRejects(() => readBody(path, options), Error, message);
  };
  const changed = (change: Record<string, Uint8Array>) => zipSync({ ...whole, ...change });
  const nan = npy([9, 3]);
  nan.set([0, 0, 0xc0, 0x7f], nan.length - 4);
  const { "posedirs.npy": _, ...without } = whole;

  await refused(new Uint8Array([0x80, 2, 0x7d]), "must be a whole archive of NumPy arrays, .npz");
  await refused(zipSync(whole).subarray(0, 3000), "must be a whole archive of NumPy arrays");
  await refused(zipSync(without), "a body has arrays [v_template,shapedirs,posedirs");
  await refused(zipSync(without), "current file has no posedirs");
  await refused(changed({ "weights.npy": npy([9, 6]) }), "J_regressor must have the shape");
  await refused(
    changed({ "kintree_table.npy": npy([2, 4]) }),
    "[2,5], and not be empty: current shape is [2,4]",
  );
  await refused(changed({ "v_template.npy": npy([9]) }), "v_template must have the shape");
  await refused(
    changed({ "weights.npy": npy([0, 0]) }),
    "weights must have the shape that goes with 9 vertices and 0 joints",
  );
  await refused(changed({ "v_template.npy": nan }), "v_template must have finite float32 numbers");
  await refused(
    changed({ "weights.npy": npy([9, 5], { version: 9 }) }),
    "weights must be .npy of version 1 to 3",
  );
  await refused(
    changed({ "weights.npy": npy([9, 5], { missing: 4 }) }),
    "weights must be whole: current shape is [9,5]",
  );
  await refused(changed({ "weights.npy": npy([9, 5], { type: "|O" }) }), "little-endian numbers");
  await refused(changed({ "weights.npy": npy([9, 5], { type: ">f4" }) }), "little-endian numbers");
  // Zeros: the parent of joint 1 is 0, as it should be, and so are all others. Then one after itself.
  const tree = npy([2, 5]);
  new DataView(tree.buffer).setFloat32(tree.length - 40 + 8, 3, true);
  await refused(changed({ "kintree_table.npy": tree }), "current parent of joint 2 is 3");
  await refused(zipSync(whole), "shapes must be at most the file's 4: current value is 5", {
    shapes: 5,
  });

  // Version 2 has a longer header; and a float32 tree will do.
  await Deno.writeFile(path, changed({ "kintree_table.npy": npy([2, 5], { version: 2 }) }));
  const data = await readBody(path);
  assertEquals(data.parents, [-1, 0, 0, 0, 0]);
  tf.dispose(tensorsOf(data));
  await Deno.remove(path);
  await assertRejects(() => readBody(path), Error, "the file or its folder must exist");
  assertEquals(tf.memory().numTensors, before);
});
