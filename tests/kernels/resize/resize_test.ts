/** Resizing against float64 truth, its gradient against the transpose: both conventions, all kinds of sizes. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { dispatches } from "../../../bench/support/count.ts";
import type { Size } from "../../../src/kernels/resize/contract.ts";
import { resizeBilinear } from "../../../src/kernels/resize/resize_bilinear.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { withBindingLimit } from "../../support/binding_limit.ts";
import { normals } from "../../support/cases.ts";
import { referenceResize, worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

const SIZES: readonly (readonly [from: Size, to: Size])[] = [
  [[5, 4], [10, 8]],
  [[5, 4], [9, 7]],
  [[8, 10], [15, 20]],
  [[10, 10], [5, 5]],
  [[19, 23], [4, 3]],
  [[7, 7], [7, 7]],
  [[1, 3], [4, 1]],
  [[3, 1], [1, 5]],
  [[2, 2], [1, 1]],
  [[57, 76], [114, 152]],
  [[2, 1000], [3, 1024]],
];

/** What an axis' weights make of samples, `[outer, axis, inner]`; or their transpose. */
function along(values: ArrayLike<number>, weights: number[][], inner: number): number[] {
  const from = weights[0]!.length;
  const outer = values.length / from / inner;
  return Array.from({ length: outer * weights.length * inner }, (_, at) => {
    const [i, rest] = [Math.floor(at / inner) % weights.length, at % inner];
    const first = Math.floor(at / inner / weights.length) * from;
    return weights[i]!.reduce((sum, w, a) => sum + w * values[(first + a) * inner + rest]!, 0);
  });
}

const transposed = (matrix: number[][]) => matrix[0]!.map((_, a) => matrix.map((row) => row[a]!));

for (const [from, to] of SIZES) {
  for (const alignCorners of [false, true]) {
    const name = `[${from}] to [${to}], ${alignCorners ? "corners aligned" : "half-pixel centers"}`;
    testOnBackends(`resize: ${name}`, async () => {
      const [count, channels] = [2, 3];
      const next = normals(from[0] + to[1]);
      const draw = (size: number) => Float32Array.from({ length: size }, next);
      const x = draw(count * from[0] * from[1] * channels);
      const dy = draw(count * to[0] * to[1] * channels);
      const [y, dx] = await read(() => {
        const of = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, to, { alignCorners });
        const pictures = tf.tensor4d(x, [count, ...from, channels]);
        return [of(pictures), tf.grad(of)(pictures, tf.tensor4d(dy, [count, ...to, channels]))];
      });
      const [down, right] = [0, 1].map((axis) =>
        referenceResize(from[axis]!, to[axis]!, alignCorners)
      ) as [number[][], number[][]];
      const truth = along(along(x, down, from[1] * channels), right, channels);
      const slope = along(
        along(dy, transposed(down), to[1] * channels),
        transposed(right),
        channels,
      );
      assert(worstOfGreatest(y!, truth) <= 1e-6, `forward: ${worstOfGreatest(y!, truth)}`);
      assert(worstOfGreatest(dx!, slope) <= 1e-6, `gradient: ${worstOfGreatest(dx!, slope)}`);
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
      const size = Math.sqrt(dot(y!, y!) * dot(dy, dy));
      assertAlmostEquals(dot(y!, dy), dot(x, dx!), 1e-6 * size, "<U x, dy> = <x, U' dy>");
    }, ON);
  }
}

testOnBackends("resize: an edge is not darkened, and means stay", async () => {
  const [half, corners] = await read(() => {
    const one = tf.ones([1, 5, 6, 1]) as tf.Tensor4D;
    return [
      resizeBilinear(one, [13, 11]),
      resizeBilinear(one, [13, 11], { alignCorners: true }),
    ];
  });
  for (const value of [...half!, ...corners!]) assertAlmostEquals(value, 1, 1e-6);
}, ON);

testOnBackends("resize: one dispatch in either direction, the same bits again", async () => {
  const x = tf.randomNormal([2, 9, 7, 5], 0, 1, "float32", 3) as tf.Tensor4D;
  await x.data();
  const backend = tf.backend() as WebGPUBackend;
  const of = (x: tf.Tensor) => resizeBilinear(x as tf.Tensor4D, [20, 3]);
  assertEquals(dispatches(backend, () => tf.tidy(() => void of(x))), 1);
  const dy = tf.randomNormal([2, 20, 3, 5], 0, 1, "float32", 4);
  await dy.data();
  assertEquals(dispatches(backend, () => tf.tidy(() => void tf.grad(of)(x, dy))), 2);
  const once = () => read(() => [of(x), tf.grad(of)(x, dy)]);
  assertEquals(await once(), await once());
  tf.dispose([x, dy]);
}, ["webgpu"]);

testOnBackends("resize: pictures beyond the binding limit name themselves and what fits", () => {
  tf.tidy(() => {
    const x = tf.zeros([10, 4, 4, 2]) as tf.Tensor4D;
    withBindingLimit(4096, () => {
      assertThrows(
        () => resizeBilinear(x, [8, 8]),
        RangeError,
        "Cannot resize pictures as the result [10,8,8,2] exceeds the adapter's " +
          "maxStorageBufferBindingSize of 4096 bytes, use micro-batches of at most 8: " +
          "current value is 5120",
      );
    });
  });
}, ["webgpu"]);

testOnBackends("resize: what is not finite spoils no more than what it weighs", async () => {
  for (const [bad, alignCorners] of [[NaN, false], [Infinity, true]] as const) {
    const [same] = await read(() => {
      const x = tf.tensor4d([0, 1, 2, 3, bad, 5, 6, 7, 8], [1, 3, 3, 1]);
      return resizeBilinear(x, [3, 3], { alignCorners });
    });
    assertEquals([...same!], [0, 1, 2, 3, bad, 5, 6, 7, 8]);
  }
}, ["webgpu"]);

testOnBackends("resize: an axis beyond the shader's whole numbers is refused", async () => {
  const wide = (from: number, to: number) => () => {
    const row = tf.reshape(tf.range(0, from), [1, 1, from, 1]) as tf.Tensor4D;
    return resizeBilinear(row, [1, to]);
  };
  assertThrows(
    () => tf.tidy(wide(40000, 40000)),
    RangeError,
    "Cannot resize pictures as rows, and columns, before times after must be below 2^30 on " +
      "webgpu: current values are 40000 and 40000",
  );
  const [most] = await read(wide(2 ** 15, 2 ** 15 - 1));
  assertAlmostEquals(most!.at(-1)!, 2 ** 15 - 1, 0.01);
}, ["webgpu"]);

testOnBackends(
  "resize: of no pictures there are none; pictures without pixels are refused",
  async () => {
    const [none] = await read(() => resizeBilinear(tf.zeros([0, 2, 2, 3]), [3, 3]));
    assertEquals(none!.length, 0);
    assertThrows(
      () => tf.tidy(() => resizeBilinear(tf.zeros([1, 0, 2, 3]), [3, 3])),
      RangeError,
      "Cannot resize pictures as they must have pixels: current shape is [1,0,2,3]",
    );
  },
  ON,
);
