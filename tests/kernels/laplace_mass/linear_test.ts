/** The way of sorted columns on webgpu: when it is taken, and what only it can get wrong. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { bmaeLoss } from "../../../mod.ts";
import type { LaplaceMassInputs } from "../../../src/kernels/laplace_mass/contract.ts";
import { laplaceMass } from "../../../src/kernels/laplace_mass/laplace_mass.ts";
import { isLinear } from "../../../src/kernels/laplace_mass/webgpu.ts";
import { BLOCK } from "../../../src/kernels/laplace_mass/webgpu_linear.ts";
import { read, testOnBackends, use } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { referenceLaplace } from "../../support/reference_laplace.ts";
import { worst } from "../../support/worst.ts";

const f = Math.fround;
const LINEAR = {
  reduction: "none",
  restoreScale: false,
  ownLabel: false,
  method: "linear",
} as const;

/** Losses and gradients of pred by the way of sorted columns. */
const linear = (inputs: () => LaplaceMassInputs<tf.Tensor>, attrs = LINEAR) =>
  read(() => {
    const { pred, ...rest } = inputs();
    const of = (p: tf.Tensor) => laplaceMass({ pred: p, ...rest }, attrs);
    return [of(pred), tf.grad(of)(pred)];
  });

Deno.test("laplace method: many pairs are linear, few are direct, more than the sort takes, too", () => {
  const size = (rows: number, columns: number) => ({ rows, columns, dim: 3, scaleDim: 1 });
  const MOST = 2 ** 24;
  for (const software of [true, false]) {
    assertEquals(isLinear(size(65536, 65536), {}, { software }), true);
    assertEquals(isLinear(size(256, 256), {}, { software }), false);
    // Few columns are cheap for any number of rows.
    assertEquals(isLinear(size(MOST, 256), {}, { software }), false);
    assertEquals(isLinear(size(256, 256), { method: "linear" }, { software }), true);
    assertEquals(isLinear(size(65536, 65536), { method: "direct" }, { software }), false);
    assertEquals(isLinear(size(MOST, MOST), {}, { software }), true);
    assertEquals(isLinear(size(65536, MOST + 1), { method: "linear" }, { software }), false);
  }
});

// Sizes about those of blocks, of which the last may be short; rows that fill no four.
testOnBackends(
  "laplace linear: any number of columns, rows between, on and outside of them",
  async () => {
    for (
      const columns of [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 5, 16 * BLOCK]
    ) {
      const next = normals(columns);
      const center = Array.from({ length: columns }, () => [f(next())]);
      const near = center.flatMap(([c], j) => j % 3 === 0 ? [c!] : [f(c! + 0.1 * next())]);
      const pred = [-50, ...near, 50, -0.5].map((x) => [x]);
      const target = pred.map(() => [f(next())]);
      const test = { pred, target, center, scale: [f(0.3)] };
      const truth = referenceLaplace(test);
      const [nats, byPred] = await linear(() => ({
        pred: tf.tensor2d(pred),
        target: tf.tensor2d(target),
        scale: tf.tensor1d(test.scale),
        center: tf.tensor2d(center),
      }));
      assert(worst(nats!, truth.nats.flat(), 1) < 2e-6, `${columns}`);
      assert(worst(byPred!, truth.gradPred.flat(), 1 / 0.3) < 2e-6, `${columns}`);
    }
  },
  ["webgpu"],
);

// Equal labels across many blocks, with others in their midst by weight alone; 0 and -0 are equal.
testOnBackends("laplace linear: ties that fill blocks", async () => {
  const values = [-1, -0, 0, 0.5, 2];
  const center = Array.from({ length: 40 * BLOCK + 3 }, (_, j) => [values[j * 7 % 5]!]);
  const logWeight = center.map((_, j) => j % 11 === 0 ? -Infinity : f(Math.sin(j)));
  const pred = [-2, -1, -0.5, -0, 0, 0.25, 0.5, 1, 2, 3].flatMap((p) => [[p], [p], [p]]);
  const target = pred.map(([p], i) => [p! + i % 3 - 1]);
  for (const scale of [[f(0.01)], [1], [1000]]) {
    for (const weights of [undefined, logWeight]) {
      const test = { pred, target, scale, center, ...(weights && { logWeight: weights }) };
      const truth = referenceLaplace(test);
      const [nats, byPred] = await linear(() => ({
        pred: tf.tensor2d(pred),
        target: tf.tensor2d(target),
        scale: tf.tensor1d(scale),
        center: tf.tensor2d(center),
        ...(weights && { logWeight: tf.tensor1d(weights) }),
      }));
      assert(worst(nats!, truth.nats.flat(), 1) < 2e-6, `${scale}`);
      assert(worst(byPred!, truth.gradPred.flat(), 1 / scale[0]!) < 2e-6, `${scale}`);
    }
  }
}, ["webgpu"]);

testOnBackends("laplace linear: what is not finite is NaN in every row that sees it", async () => {
  const rows = 3 * BLOCK;
  const column = (bad: number, at: number) =>
    Array.from({ length: 5 * BLOCK + 1 }, (_, j) => j === at ? bad : j % 7);
  const zeros = column(0, 0);
  const run = (center: number[], logWeight: number[], pred = 1) =>
    linear(() => ({
      pred: tf.tensor1d(Array.from({ length: rows }, (_, i) => i === 1 ? pred : i % 9 - 1)),
      target: tf.zeros([rows]),
      scale: tf.scalar(1),
      center: tf.tensor1d(center),
      logWeight: tf.tensor1d(logWeight),
    }));
  for (const at of [0, BLOCK, 5 * BLOCK]) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const broken = [await run(column(bad, at), zeros)];
      if (bad !== -Infinity) broken.push(await run(zeros, column(bad, at)));
      for (const values of broken.flat()) assert(values.every(Number.isNaN), `${bad} ${at}`);
      for (const values of await run(zeros, zeros, bad)) {
        assertEquals([...values].map(Number.isNaN), [...values].map((_, i) => i === 1));
      }
    }
  }
  const none = await run(zeros, zeros.map(() => -Infinity));
  for (const values of none) assert(values.every(Number.isNaN));
  for (const b of [0, -1, NaN]) {
    const of = (dim: number) => ({
      pred: tf.ones([4, dim]),
      target: tf.ones([4, dim]),
      scale: tf.tensor1d([b, ...Array(dim - 1).fill(1)]),
      center: tf.ones([40, dim]),
    });
    const [loss, byPred] = await linear(() => of(2));
    assert(loss!.every(Number.isNaN));
    assertEquals([...byPred!].map(Number.isNaN), [
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  }
}, ["webgpu"]);

testOnBackends("laplace linear: buffers of integers are converted", async () => {
  const labels = Array.from({ length: 4 * BLOCK }, (_, j) => j * 5 % 13);
  for (const dim of [1, 2]) {
    const run = (make: (shape: number[]) => tf.Tensor, weigh: (x: tf.Tensor) => tf.Tensor) =>
      linear(() => ({
        pred: tf.fill([8, dim], 3.5),
        target: make([labels.length / dim, dim]).slice([0, 0], [8, dim]),
        scale: tf.scalar(2),
        center: make([labels.length / dim, dim]),
        logWeight: weigh(make([labels.length / dim, dim]).slice([0, 0], [-1, 1]).flatten()),
      }));
    const whole = (shape: number[]) => tf.cast(tf.tensor(labels, shape, "int32"), "float32");
    const float = (shape: number[]) => tf.tensor(labels, shape);
    assertEquals(await run(whole, (x) => x), await run(float, (x) => x));
  }
}, ["webgpu"]);

testOnBackends(
  "laplace linear: taken by itself, it is the cpu's, the same from run to run",
  async (backend) => {
    const next = normals(5);
    const rows = 2 ** 13;
    const numbers = () => Float32Array.from({ length: 2 * rows }, () => 3 * next());
    const [p, t] = [numbers(), numbers()];
    const run = () =>
      read(() => {
        const [pred, target] = [p, t].map((x) => tf.tensor2d(x, [rows, 2]));
        const of = (p: tf.Tensor, b: tf.Tensor) =>
          bmaeLoss(p, target!, b, {
            restoreScale: false,
            mask: tf.greater(pred!, -3).slice([0, 0], [-1, 1]).flatten(),
          }) as tf.Scalar;
        const { value, grads } = tf.valueAndGrads(of)([pred!, tf.tensor1d([0.5, 2])]);
        return [value, ...grads];
      });
    const device = tf.backend() as WebGPUBackend;
    const dispatched: string[] = [];
    const original = device.runWebGPUProgram;
    device.runWebGPUProgram = (program, ...rest) => {
      dispatched.push(program.shaderKey);
      return original.call(device, program, ...rest);
    };
    const found = await run();
    device.runWebGPUProgram = original;
    assert(dispatched.some((key) => key.startsWith("laplace_mass_linear")));
    // The scan's steps grow by the logarithm of the columns alone: 2^9 blocks.
    assertEquals(dispatched.filter((key) => key.startsWith("laplace_mass_scan")).length, 9);
    assertEquals(await run(), found);
    await use("cpu");
    const [loss, byPred, byScale] = await run();
    await use(backend);
    assert(worst(found[0]!, [...loss!], 1) < 2e-6);
    assert(worst(found[1]!, [...byPred!], 1 / rows) < 2e-6);
    assert(worst(found[2]!, [...byScale!], 1) < 2e-6);
  },
  ["webgpu"],
);
