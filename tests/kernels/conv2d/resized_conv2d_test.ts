/** Convolution before the resize against resize before convolution, in float64, gradients included. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { Shape4D } from "../../../src/kernels/conv2d/contract.ts";
import { resizedConv2d } from "../../../src/kernels/conv2d/resized_conv2d.ts";
import { resizeBilinear } from "../../../src/kernels/resize/resize_bilinear.ts";
import type { Size } from "../../../src/kernels/resize/contract.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { referenceConv, referenceResize, worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

const CASES: readonly (readonly [from: Shape4D, filter: Shape4D, to: Size])[] = [
  [[2, 5, 4, 3], [5, 5, 3, 2], [10, 8]],
  [[1, 8, 10, 4], [5, 5, 4, 3], [15, 19]],
  [[2, 2, 3, 2], [3, 5, 2, 4], [9, 7]],
  [[2, 4, 5, 3], [1, 1, 3, 2], [7, 6]],
  [[1, 3, 3, 2], [9, 7, 2, 1], [4, 5]], // kernels beyond both edges
  [[2, 6, 7, 2], [5, 5, 2, 3], [6, 7]], // as it is
  [[2, 9, 8, 2], [5, 3, 2, 3], [4, 5]], // smaller
  [[2, 1, 1, 3], [5, 5, 3, 2], [2, 3]],
];

/** Pictures `[N, h, w, C]` times a matrix of weights by rows and one by columns. */
function resized(x: ArrayLike<number>, down: number[][], right: number[][], channels: number) {
  const [height, width] = [down[0]!.length, right[0]!.length];
  const count = x.length / (height * width * channels);
  const y: number[] = [];
  for (let n = 0; n < count; n++) {
    for (const rows of down) {
      for (const columns of right) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          rows.forEach((u, i) =>
            columns.forEach((v, j) =>
              sum += u * v * x[((n * height + i) * width + j) * channels + c]!
            )
          );
          y.push(sum);
        }
      }
    }
  }
  return y;
}

const transposed = (matrix: number[][]) => matrix[0]!.map((_, a) => matrix.map((row) => row[a]!));

for (const [from, filter, to] of CASES) {
  testOnBackends(`resizedConv2d: [${from}] to [${to}] by [${filter}]`, async () => {
    const next = normals(from[1] + to[1]);
    const draw = (shape: number[]) =>
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next);
    const dyShape: Shape4D = [from[0], ...to, filter[3]];
    const [x, weights, dy] = [draw(from), draw(filter), draw(dyShape)];
    const found = await read(() => {
      const of = (...[x, filter]: tf.Tensor[]) =>
        resizedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, to);
      const inputs = [tf.tensor4d(x, from), tf.tensor4d(weights, filter)];
      const upstream = tf.tensor4d(dy, dyShape);
      return [of(...inputs), ...tf.grads(of)(inputs, upstream)];
    });
    const [down, right] = [0, 1].map((axis) =>
      referenceResize(from[axis + 1]!, to[axis]!, false)
    ) as [number[][], number[][]];
    const truth = referenceConv({
      shape: [from[0], ...to, from[3]],
      filter: [filter[0], filter[1], filter[3]],
      strides: [1, 1],
      before: [(filter[0] - 1) / 2, (filter[1] - 1) / 2],
      grid: [...to],
      x: resized(x, down, right, from[3]),
      weights,
      dy,
    });
    const dx = resized(truth.dx, transposed(down), transposed(right), from[3]);
    [truth.y, dx, truth.dw].forEach((expected, k) => {
      const error = worstOfGreatest(found[k]!, expected);
      assert(error <= 2e-6, `${["y", "dx", "dw"][k]}: ${error}`);
    });
  }, ON);
}

testOnBackends("resizedConv2d: nothing has the source's channels in the new size", async () => {
  const [channels, size] = [200, [40, 40]] as const;
  const [x, filter] = [tf.ones([1, 4, 4, channels]), tf.ones([5, 5, channels, 2])];
  const greatest = async (run: () => tf.Tensor) => {
    const { kernels } = await tf.profile(() => tf.dispose(run()));
    const shapes = kernels.flatMap(({ outputShapes }) => outputShapes);
    return Math.max(...shapes.map((shape) => tf.util.sizeFromShape(shape)));
  };
  const pictures = x as tf.Tensor4D;
  const most = await greatest(() => resizedConv2d(pictures, filter as tf.Tensor4D, size));
  // The taps of rows for 2 filters, with the zeros beyond the edges.
  assertEquals(most, Math.max(5 * 2 * 44 * 40, filter.size));
  assertEquals(await greatest(() => resizeBilinear(pictures, size)), channels * 40 * 40);
  tf.dispose([x, filter]);
}, ["cpu"]);
