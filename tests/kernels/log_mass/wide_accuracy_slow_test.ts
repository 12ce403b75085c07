/** Many dimensions on webgpu: the wide shader against float64 truth. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert } from "@std/assert";
import { wideTile } from "../../../src/kernels/log_mass/tile.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { type Case, problem } from "../../support/cases.ts";
import { naiveFloat32, reference } from "../../support/reference.ts";
import { priorTensors } from "../../support/tensors.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

/** The statistics of a problem by the wide shader, log masses, scores and shifts `[D, N]`. */
async function statsOf({ pred, target, noiseVar, prior }: Case): Promise<Float32Array[]> {
  const [rows, dim] = [pred.length, pred[0]!.length];
  return await read(() => {
    const inputs = {
      pred: tf.tensor2d(pred),
      target: tf.tensor2d(target),
      noiseVar: tf.scalar(noiseVar),
      ...priorTensors(prior),
    };
    const backend = tf.backend() as WebGPUBackend;
    const { isFallbackAdapter } = backend.device.adapterInfo;
    const info = directPass(backend, inputs, { software: isFallbackAdapter }, "joint", {
      ...wideTile(dim, isFallbackAdapter),
      leastSpan: 64, // so that 401 columns are split
    });
    const stats = tf.engine().makeTensorFromTensorInfo(info);
    const part = (start: number, count: number) =>
      tf.reshape(tf.slice(stats, [start, 0], [count, rows]), [count * rows]);
    return [part(0, 1), part(1, 1), part(2, dim)];
  });
}

const COLUMNS = { rows: 41, columns: 401, sigma: 1 };
const PROBLEMS = [
  problem("1 dimension", { ...COLUMNS, dim: 1, sigma: 0.3 }),
  problem("31 dimensions", { ...COLUMNS, dim: 31 }),
  problem("129 dimensions", { ...COLUMNS, dim: 129 }),
  problem("216 dimensions, weighted", { ...COLUMNS, dim: 216, weights: true }),
  problem("257 dimensions", { ...COLUMNS, dim: 257 }),
  problem("1,000 dimensions", { ...COLUMNS, dim: 1000 }),
  problem("1,024 dimensions", { ...COLUMNS, dim: 1024 }),
  problem("216 dimensions, small noise", { ...COLUMNS, dim: 216, sigma: 0.1 }),
  problem("216 dimensions, years", { ...COLUMNS, dim: 216, offset: 2000 }),
  problem("216 dimensions, far off", { ...COLUMNS, dim: 216, far: 30 }),
  problem("216 dimensions, a batch of 97", { rows: 97, dim: 216, sigma: 0.5 }),
  problem("a mixture of 129 dimensions", { ...COLUMNS, dim: 129, weights: true, spread: true }),
  problem("a mixture of 1,024 dimensions", { ...COLUMNS, rows: 5, dim: 1024, spread: true }),
  problem("a mixture of 216 dimensions, far off", { ...COLUMNS, dim: 216, spread: true, far: 30 }),
  problem("one row, one column", { rows: 1, columns: 1, dim: 216, sigma: 0.5 }),
  problem("one row", { rows: 1, columns: 401, dim: 216, sigma: 0.5, weights: true }),
  problem("one column", { rows: 67, columns: 1, dim: 216, sigma: 0.5, spread: true }),
];

for (const test of PROBLEMS) {
  testOnBackends(`wide: ${test.name} against float64`, async () => {
    const [truth, naive] = [reference(test), naiveFloat32(test)];
    const [rows, s] = [test.pred.length, test.noiseVar];
    const [nats, scores, shifts] = await statsOf(test);
    // By rows: shift is s times the gradient of pred.
    const gradPred = truth.gradPred.flatMap((row, i) =>
      row.map((_, d) => shifts![d * rows + i]! / s)
    );
    const found = [
      [nats!, naive.nats, truth.nats, 1],
      [gradPred, naive.gradPred.flat(), truth.gradPred.flat(), 1 / Math.sqrt(s)],
      [scores!, naive.gradNoise, truth.gradNoise, 1 / s],
    ] as const;
    found.forEach(([values, naiveValues, expected, unit], n) => {
      const limit = 2 * worst(naiveValues, expected, unit) + 16 * ROUNDING;
      const error = worst(values, expected, unit);
      assert(error <= limit, `statistic ${n}: worst error ${error}, limit ${limit}`);
    });
  }, ["webgpu"]);
}
