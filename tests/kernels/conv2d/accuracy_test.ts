/** Convolution and its gradients against float64 truth, in all forms, and the same bits again. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { attrsOf, type Padding, type Shape4D } from "../../../src/kernels/conv2d/contract.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../../../src/kernels/conv2d/conv2d.ts";
import { productPlan } from "../../../src/kernels/conv2d/plan.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { withBindingLimit } from "../../support/binding_limit.ts";
import { normals } from "../../support/cases.ts";
import { asGpu } from "../../support/as_gpu.ts";
import { referenceConv, worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

interface Case {
  name: string;
  x: Shape4D;
  filter: Shape4D;
  strides: number | [number, number];
  pad: Padding;
}

const one = (name: string, x: Shape4D, filter: Shape4D, strides: Case["strides"], pad: Padding) =>
  ({ name, x, filter, strides, pad }) satisfies Case;

const CASES: readonly Case[] = [
  one("1x1", [3, 9, 7, 16], [1, 1, 16, 40], 1, 0),
  one("1x1, tiles of both sizes", [2, 13, 11, 70], [1, 1, 70, 66], 1, "valid"),
  one("1x1 of stride 2", [2, 9, 8, 5], [1, 1, 5, 33], 2, 0),
  one("1x1 with padding", [2, 4, 5, 3], [1, 1, 3, 2], 1, 1),
  one("3x3", [2, 9, 7, 5], [3, 3, 5, 7], 1, 1),
  one("3x3, tiles of both sizes", [2, 10, 9, 34], [3, 3, 34, 65], 1, "same"),
  one("3x3 of stride 2", [2, 9, 8, 6], [3, 3, 6, 9], 2, 1),
  one("3x3 of stride 2, same", [2, 8, 9, 4], [3, 3, 4, 8], 2, "same"),
  one("3x3 valid", [1, 5, 6, 64], [3, 3, 64, 64], 1, "valid"),
  one("5x5", [2, 9, 11, 4], [5, 5, 4, 6], 1, 2),
  one("5x5 of stride 2", [2, 11, 9, 4], [5, 5, 4, 6], 2, 2),
  one("7x7 of stride 2", [2, 21, 18, 3], [7, 7, 3, 33], 2, 3),
  one("7x7", [1, 8, 9, 3], [7, 7, 3, 4], 1, 3),
  one("2x3, stride 3 and 2, padding of its own", [2, 8, 9, 3], [2, 3, 3, 5], [3, 2], [
    [0, 0],
    [2, 0],
    [0, 3],
    [0, 0],
  ]),
  one("as large as the picture", [3, 4, 5, 6], [4, 5, 6, 3], 1, "valid"),
  one("one number", [1, 1, 1, 1], [1, 1, 1, 1], 1, 0),
];

const draw = (size: number, seed: number) => {
  const next = normals(seed);
  return Float32Array.from({ length: size }, next);
};

function problemOf({ x, filter, strides, pad }: Case) {
  const attrs = attrsOf(x, filter, strides, pad);
  const { outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    x,
    filter,
    attrs.strides,
    1,
    attrs.pad,
  );
  const size = tf.util.sizeFromShape;
  const dyShape: Shape4D = [x[0], outHeight, outWidth, filter[3]];
  const problem = {
    shape: x,
    filter: [filter[0], filter[1], filter[3]] as [number, number, number],
    strides: attrs.strides,
    before: [attrs.pad[1][0], attrs.pad[2][0]] as [number, number],
    grid: [outHeight, outWidth] as [number, number],
    x: draw(size(x), 1),
    weights: draw(size(filter), 2),
    dy: draw(size(dyShape), 3),
  };
  return { problem, dyShape };
}

for (const test of CASES) {
  const { problem, dyShape } = problemOf(test);
  const truth = referenceConv(problem);
  const { filter, strides, pad } = test;

  testOnBackends(`conv2d: ${test.name}`, async () => {
    const found = await read(() => {
      const [x, weights] = [tf.tensor4d(problem.x, test.x), tf.tensor4d(problem.weights, filter)];
      const of = (...all: tf.Tensor[]) =>
        conv2d(all[0] as tf.Tensor4D, all[1] as tf.Tensor4D, strides, pad);
      return [of(x, weights), ...tf.grads(of)([x, weights], tf.tensor4d(problem.dy, dyShape))];
    });
    (["y", "dx", "dw"] as const).forEach((name, k) => {
      const error = worstOfGreatest(found[k]!, truth[name]);
      assert(error <= 1e-5, `${name}: ${error}`);
    });
  }, ON);
}

/** Sizes that are split over their depth, by passes. */
const DEEP: Shape4D = [3, 25, 31, 20];

for (const gpu of [false, true]) {
  const device = gpu ? "a GPU" : "a software adapter";

  testOnBackends(`conv2d: cut as for ${device}, split and the same bits again`, async () => {
    const plan = productPlan({ rows: 9 * 20, columns: 24, depth: 3 * 25 * 31 }, !gpu);
    assert(plan.splits > 1, `${plan.splits} parts`);
    const test = one("", DEEP, [3, 3, 20, 24], 1, 1);
    const { problem, dyShape } = problemOf(test);
    const truth = referenceConv(problem);
    const once = () =>
      read(() => {
        const [x, dy] = [tf.tensor4d(problem.x, DEEP), tf.tensor4d(problem.dy, dyShape)];
        const filter = tf.tensor4d(problem.weights, test.filter);
        return [
          conv2d(x, filter, 1, 1),
          conv2dInputGrad(DEEP, dy, filter, 1, 1),
          conv2dFilterGrad(x, dy, test.filter, 1, 1),
        ];
      });
    const run = () => gpu ? asGpu(once) : once();
    const [first, second] = [await run(), await run()];
    assertEquals(first, second);
    (["y", "dx", "dw"] as const).forEach((name, k) => {
      const error = worstOfGreatest(first[k]!, truth[name]);
      assert(error <= 1e-5, `${name}: ${error}`);
    });
  }, ["webgpu"]);
}

Deno.test("conv2d: the cut covers the depth, and no loop is longer than llvmpipe allows", () => {
  for (const rows of [1, 27, 64, 4608, 802816]) {
    for (const columns of [1, 64, 512]) {
      for (const depth of [1, 147, 4608, 802816, 2 ** 24]) {
        for (const software of [false, true]) {
          const { splits, steps, tile } = productPlan({ rows, columns, depth }, software);
          const name = `${rows}, ${columns}, ${depth}: ${splits} parts of ${steps}`;
          assert(splits * steps * tile.DEPTH >= depth, name);
          assert((splits - 1) * steps * tile.DEPTH < depth, name);
          assert(steps * (1 + tile.DEPTH / tile.STEPS) < 65535, name);
        }
      }
    }
  }
});

testOnBackends("conv2d: frozen filters and given pictures cost no gradient", () => {
  tf.tidy(() => {
    const x = tf.zeros([1, 4, 4, 2]) as tf.Tensor4D;
    const filter = tf.zeros([3, 3, 2, 2]) as tf.Tensor4D;
    const backend = tf.backend() as WebGPUBackend;
    const { runWebGPUProgram } = backend;
    const keys: string[] = [];
    backend.runWebGPUProgram = (...args) => {
      keys.push(args[0].shaderKey);
      return runWebGPUProgram.apply(backend, args);
    };
    try {
      tf.grad((x) => conv2d(x as tf.Tensor4D, filter, 1, 1))(x);
      assert(!keys.some((key) => key.includes("conv_left_taps")), keys.join());
      keys.length = 0;
      tf.grad((filter) => conv2d(x, filter as tf.Tensor4D, 1, 1))(filter);
      assert(!keys.some((key) => key.includes("conv_window_back")), keys.join());
    } finally {
      backend.runWebGPUProgram = runWebGPUProgram;
    }
  });
}, ["webgpu"]);

testOnBackends("conv2d: pictures beyond the binding limit name themselves and what fits", () => {
  tf.tidy(() => {
    const x = tf.zeros([10, 8, 8, 1]) as tf.Tensor4D;
    const filter = tf.zeros([3, 3, 1, 4]) as tf.Tensor4D;
    withBindingLimit(4096, () => {
      assertThrows(
        () => conv2d(x, filter, 1, 1),
        RangeError,
        "Cannot convolve pictures as the result [10,8,8,4] exceeds the adapter's " +
          "maxStorageBufferBindingSize of 4096 bytes, use micro-batches of at most 4: " +
          "current value is 10240",
      );
      const dy = tf.zeros([10, 8, 8, 4]) as tf.Tensor4D;
      const message = "as dy [10,8,8,4] exceeds";
      assertThrows(() => conv2dInputGrad(x.shape, dy, filter, 1, 1), RangeError, message);
      assertThrows(() => conv2dFilterGrad(x, dy, filter.shape, 1, 1), RangeError, message);
    });
  });
}, ["webgpu"]);

testOnBackends(
  "conv2d: a second derivative is refused",
  () => {
    tf.tidy(() => {
      const [x, filter] = [tf.ones([1, 4, 4, 2]), tf.ones([3, 3, 2, 2]) as tf.Tensor4D];
      const of = (x: tf.Tensor) => tf.square(conv2d(x as tf.Tensor4D, filter, 1, 1));
      const slope = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(of)(x)));
      assertThrows(() => tf.grad(slope)(x), Error, "a second time");
    });
  },
  ON,
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
