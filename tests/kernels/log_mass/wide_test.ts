/** Many dimensions on webgpu: what the wide shader sees, where it begins, and what it costs. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals } from "@std/assert";
import { bmcLoss } from "../../../mod.ts";
import { tileOf } from "../../../src/kernels/log_mass/tile.ts";
import { dispatched } from "../../../bench/support/count.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { problem } from "../../support/cases.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

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
