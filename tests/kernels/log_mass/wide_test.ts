/** Many dimensions on webgpu: the wide shader against float64 truth, at its boundary, and what it costs. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals } from "@std/assert";
import { balancedMse, bmcLoss } from "../../../mod.ts";
import { tileOf, wideTile } from "../../../src/kernels/log_mass/plan.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import { dispatched } from "../../../bench/support/count.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { type Case, normals, problem } from "../../support/cases.ts";
import { naiveFloat32, reference } from "../../support/reference.ts";
import { priorTensors } from "../../support/tensors.ts";

const ROUNDING = 2 ** -24;

/** Worst `|value - truth| / (unit + |truth|)`; NaN if any value is. */
function worst(values: ArrayLike<number>, truth: number[], unit: number): number {
  return truth.reduce((most, expected, i) => {
    const error = Math.abs(values[i]! - expected) / (unit + Math.abs(expected));
    return error > most || Number.isNaN(error) ? error : most;
  }, 0);
}

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
    const info = directPass(backend, inputs, { software: isFallbackAdapter }, {
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

// Splits of no weight have no mean, and labels so far that all of a split's weights vanish have none, either.
for (const dim of [1, 3, 200]) {
  for (const spread of [false, true]) {
    const kind = `${dim} dimensions${spread ? ", a mixture" : ""}`;
    testOnBackends(`wide: half of 4,096 columns weigh nothing, ${kind}`, async () => {
      const test = problem("", { rows: 7, dim, sigma: 1, columns: 2048, spread });
      const { center, variance } = test.prior;
      const run = (more: boolean) =>
        read(() => {
          const twice = <T>(rows: T[]) => more ? [...rows, ...rows] : rows;
          const prior = priorTensors({
            center: twice(center),
            logWeight: twice(center).map((_, j) => j < 2048 ? 0 : -Infinity),
            ...(variance && { variance: twice(variance) }),
          });
          const labels = tf.tensor2d(test.target);
          const { value, grad } = tf.valueAndGrad((p) =>
            balancedMse(p as tf.Tensor2D, labels, test.noiseVar, prior, {
              method: "direct",
            }) as tf.Scalar
          )(tf.tensor2d(test.pred));
          return [value, grad];
        });
      const [expected, found] = [await run(false), await run(true)];
      found.forEach((values, n) => {
        const error = worst(values, [...expected[n]!], 1);
        assert(error <= 64 * ROUNDING, `${n}: ${error}`);
      });
    }, ["webgpu", "cpu"]);
  }
}

testOnBackends("wide: all columns weigh nothing: NaN, not a plausible number", async () => {
  for (const columns of [10, 4096]) {
    const found = await read(() => {
      const prior = {
        center: tf.zeros([columns, 200]) as tf.Tensor2D,
        logWeight: tf.fill([columns], -Infinity) as tf.Tensor1D,
      };
      const { value, grad } = tf.valueAndGrad((p) =>
        balancedMse(p, tf.zeros([5, 200]), 1, prior) as tf.Scalar
      )(tf.ones([5, 200]));
      return [value, grad];
    });
    assert(found.every((values) => values.every(Number.isNaN)), `${columns} columns`);
  }
}, ["webgpu", "cpu"]);

testOnBackends("wide: a label that is not finite is seen", async () => {
  for (const label of [Infinity, -Infinity, NaN]) {
    const target = tf.tidy(() => {
      const values = new Float32Array(40 * 200);
      values[17 * 200 + 150] = label;
      return tf.tensor2d(values, [40, 200]);
    });
    const [values] = await read(() =>
      bmcLoss(tf.zeros([40, 200]), target, 1, { reduction: "none" })
    );
    assert(values!.every(Number.isNaN), `${label}: ${values}`);
    target.dispose();
  }
}, ["webgpu"]);

testOnBackends("wide: masked rows are no rows, nor labels", async () => {
  const test = problem("", { rows: 45, dim: 150, sigma: 1 });
  const kept = test.pred.map((_, i) => i % 3 !== 1);
  const some = <T>(rows: T[]) => rows.filter((_, i) => kept[i]);
  const [masked, alone] = await read(() => {
    const mask = tf.tensor1d(kept, "bool");
    return [
      bmcLoss(tf.tensor2d(test.pred), tf.tensor2d(test.target), 9, { mask, reduction: "sum" }),
      bmcLoss(tf.tensor2d(some(test.pred)), tf.tensor2d(some(test.target)), 9, {
        reduction: "sum",
      }),
    ];
  });
  assert(worst(masked!, [...alone!], 9) <= 16 * ROUNDING, `${masked} ${alone}`);
});

testOnBackends("wide: the same input gives the same bits", async () => {
  const test = problem("bits", { rows: 203, dim: 150, sigma: 0.5 });
  const run = () =>
    read(() => {
      const labels = tf.tensor2d(test.target);
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
        bmcLoss(p, labels, s) as tf.Scalar
      )([tf.tensor2d(test.pred), tf.fill([150], 9)]);
      return [value, ...grads];
    });
  const [first, second] = [await run(), await run()];
  assert(first.every((values, i) => values.every((x, j) => x === second[i]![j])));
}, ["webgpu"]);

const SIZES = [[129, 5], [130, 70], [216, 33], [1000, 3], [1024, 40]] as const;

for (const each of [false, true]) {
  const kind = each ? "a noise each" : "one noise";
  testOnBackends(`wide: four dispatches and no pipeline of its own a size, ${kind}`, () => {
    const backend = tf.backend() as WebGPUBackend;
    const keys = SIZES.map(([dim, rows]) => {
      const [pred, target] = [tf.ones([rows, dim]), tf.zeros([rows, dim])];
      const noise = each ? tf.ones([dim]) : tf.scalar(1);
      const step = () =>
        tf.tidy(() => void tf.grad((p) => bmcLoss(p, target, noise) as tf.Scalar)(pred));
      step(); // uploads
      const found = dispatched(backend, step);
      tf.dispose([pred, target, noise]);
      return found;
    });
    // The pass, the mean, the gradient, and tfjs's ones for the incoming gradient.
    keys.forEach((found) => assert(found.length <= 4, found.join()));
    assertEquals(new Set(keys.map((found) => found.join())).size, 1);
  }, ["webgpu"]);
}

testOnBackends(
  "wide: loss and gradient take no more than a fraction of N x M numbers",
  async () => {
    const [rows, dim] = [2048, 129];
    const gpuBytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
    const before = gpuBytes();
    const [pred, target] = [tf.randomNormal([rows, dim]), tf.randomNormal([rows, dim])];
    const { value, grad } = tf.valueAndGrad((p) => bmcLoss(p, target, dim) as tf.Scalar)(pred);
    // Buffers are freed at a submit: before it, all that the step ever held is still counted.
    const peak = gpuBytes() - before;
    assert(peak < 3 * rows * rows, `${peak} bytes`);
    await value.data();
    tf.dispose([pred, target, value, grad]);
  },
  ["webgpu"],
);

Deno.test("wide: it begins where code made for the dimensions ends", () => {
  const wide = (dim: number, noiseDim: number, software: boolean, pass: "points" | "spread") =>
    tileOf({ dim, noiseDim }, pass, { software }).wide;
  assertEquals([128, 129].map((dim) => wide(dim, 1, true, "points")), [false, true]);
  assertEquals([24, 25].map((dim) => wide(dim, 1, false, "points")), [false, true]);
  assertEquals([12, 13].map((dim) => wide(dim, dim, false, "points")), [false, true]);
  assertEquals([64, 65].map((dim) => wide(dim, 1, true, "spread")), [false, true]);
});
