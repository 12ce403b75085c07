/** What a GPU would run, run here: other rows a thread, other columns a step, many splits; the statistics are the same. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert } from "@std/assert";
import type { LogMassInputs } from "../../../src/kernels/log_mass/contract.ts";
import { planOf } from "../../../src/kernels/log_mass/plan.ts";
import { tileOf } from "../../../src/kernels/log_mass/tile.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import { linearPass } from "../../../src/kernels/log_mass/webgpu_linear.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";

type PassOf = typeof linearPass;

const GPU = { software: false };

interface Shape {
  rows?: number;
  columns?: number;
  dim?: number;
  noiseDim?: number;
  weighted?: boolean;
  mixture?: boolean;
  /** Whether dimensions are for themselves, each with weights of its own. */
  each?: boolean;
  /** Whether each row has noises of its own. */
  byRow?: boolean;
  /** How far the two may be apart, in roundings of 2^-24. */
  roundings?: number;
}

function inputsOf(shape: Shape): LogMassInputs<tf.Tensor> {
  const { rows = 101, columns = 5003, dim = 1, noiseDim = 1, weighted, mixture } = shape;
  const normal = normals(5);
  const numbers = (count: number, of: () => number) => Float32Array.from({ length: count }, of);
  const points = (count: number) => tf.tensor2d(numbers(count * dim, normal), [count, dim]);
  const positive = () => 0.5 + Math.abs(normal());
  const matrix = (count: number, width: number, of: () => number) =>
    tf.tensor2d(numbers(count * width, of), [count, width]);
  const common = () => noiseDim === 1 ? tf.scalar(0.5) : tf.tensor1d(numbers(noiseDim, positive));
  const weights = () =>
    shape.each ? matrix(columns, dim, normal) : tf.tensor1d(numbers(columns, normal));
  return {
    pred: points(rows),
    target: points(rows),
    noiseVar: shape.byRow ? matrix(rows, noiseDim, positive) : common(),
    center: points(columns),
    ...(weighted && { logWeight: weights() }),
    ...(mixture && { variance: tf.tensor2d(numbers(columns * dim, positive), [columns, dim]) }),
  };
}

/** Whether a GPU and a software adapter give the same statistics, which they sum in other orders. */
async function assertSame(pass: PassOf, shape: Shape): Promise<void> {
  const run = (software: boolean) =>
    read(() => {
      const info = pass(tf.backend() as WebGPUBackend, inputsOf(shape), { software });
      return tf.engine().makeTensorFromTensorInfo(info);
    });
  const [[found], [expected]] = [await run(false), await run(true)];
  expected!.forEach((value, i) => {
    const error = Math.abs(found![i]! - value) / (1 + Math.abs(value));
    const limit = (shape.roundings ?? 64) * 2 ** -24;
    assert(error <= limit, `statistic ${i}: ${found![i]}, on a software adapter ${value}`);
  });
}

const SHAPES: Record<string, Shape> = {
  "1 dimension": {},
  "1 dimension, weighted": { weighted: true },
  "2 dimensions": { dim: 2 },
  "3 dimensions, a noise each": { dim: 3, noiseDim: 3 },
  "16 dimensions": { dim: 16 },
  "17 dimensions, columns an odd number": { dim: 17, columns: 1001 },
  "25 dimensions, by the wide shader": { dim: 25 },
  "130 dimensions, weighted, columns an odd number": { dim: 130, weighted: true, columns: 1001 },
  // Logits of tens of bits: of float64's numbers the wide shader's are 22 roundings off, the other's 53.
  "20 dimensions, a noise each": {
    dim: 20,
    noiseDim: 20,
    weighted: true,
    columns: 1001,
    roundings: 80,
  },
  "a mixture of 6 dimensions, a noise each": { dim: 6, noiseDim: 6, mixture: true, columns: 301 },
  "a mixture of 18 dimensions": { dim: 18, mixture: true, columns: 1301 },
  "a mixture of 2 dimensions": { dim: 2, mixture: true, weighted: true, columns: 301 },
  "each of 5 dimensions": { dim: 5, each: true, rows: 33 },
  "each of 3 dimensions, a noise each, weighted": {
    dim: 3,
    noiseDim: 3,
    each: true,
    weighted: true,
    columns: 1301,
  },
  "each of 3 dimensions, a noise a row, a mixture": {
    dim: 3,
    each: true,
    byRow: true,
    mixture: true,
    columns: 301,
  },
  "1 dimension, a noise a row": { byRow: true, weighted: true },
  "3 dimensions, a noise a row and dimension": { dim: 3, noiseDim: 3, byRow: true, columns: 1301 },
  "25 dimensions, a noise a row, by the wide shader": { dim: 25, byRow: true, columns: 301 },
};

for (const [name, shape] of Object.entries(SHAPES)) {
  const pass: PassOf = (backend, inputs, adapter) =>
    directPass(backend, inputs, adapter, shape.each ? "each" : "joint");
  testOnBackends(`GPU tiles, direct: ${name}`, () => assertSame(pass, shape), ["webgpu"]);
}

for (const weighted of [false, true]) {
  const name = `GPU tiles, linear: ${weighted ? "weighted" : "weights none"}`;
  testOnBackends(name, () => assertSame(linearPass, { weighted }), ["webgpu"]);
}

Deno.test("GPU tiles: they are other ones than a software adapter's, and columns are split", () => {
  const size = { rows: 101, columns: 5003, dim: 1, noiseDim: 1 };
  const tile = tileOf(size, "points", GPU);
  assert(planOf(size, tile).splits > 1);
  assert(tile.quads !== tileOf(size, "points", { software: true }).quads);
});
