/** No tensor and no GPU byte is left behind; bytes in use stay small; dispatches are counted. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { bmaeLoss } from "../../../mod.ts";
import { laplaceMass } from "../../../src/kernels/laplace_mass/laplace_mass.ts";
import { testOnBackends } from "../../support/backends.ts";

const gpuBytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;

for (const [rows, columns] of [[257, 0], [5, 3001]] as const) {
  const prior = columns > 0 ? `${columns} columns` : "the batch";
  testOnBackends(`laplace memory: 50 steps against ${prior} leave nothing`, async (backend) => {
    const [pred, target] = [tf.randomNormal([rows]), tf.randomNormal([rows])];
    const labels = columns > 0 ? tf.randomNormal([columns]) : target;
    const scale = tf.tidy(() => tf.variable(tf.scalar(1)));
    const step = async () => {
      const loss = (p: tf.Tensor, b: tf.Tensor) => bmaeLoss(p, target, b, { labels }) as tf.Scalar;
      const { value, grads } = tf.valueAndGrads(loss)([pred, scale]);
      tf.dispose(grads);
      const result = await value.data();
      value.dispose();
      return result;
    };
    await step();
    const [tensors, bytes] = [tf.memory().numTensors, backend === "webgpu" ? gpuBytes() : 0];
    for (let i = 0; i < 50; i++) await step();
    assertEquals(tf.memory().numTensors, tensors);
    if (backend === "webgpu") assertEquals(gpuBytes(), bytes);
    tf.dispose([pred, target, labels, scale]);
  });
}

testOnBackends("laplace memory: 65,536 rows take under 16 MB on the GPU", async () => {
  const before = gpuBytes();
  const [pred, target] = [tf.randomNormal([65536]), tf.randomNormal([65536])];
  const labels = tf.randomNormal([4096]);
  const of = (p: tf.Tensor) => bmaeLoss(p, target, 1, { labels }) as tf.Scalar;
  const { value, grad } = tf.valueAndGrad(of)(pred);
  // Buffers are freed at a submit: before it, all that the step ever held is still counted.
  const peak = gpuBytes() - before;
  assert(peak < 16e6, `${peak} bytes`);
  await value.data();
  tf.dispose([pred, target, labels, value, grad]);
}, ["webgpu"]);

testOnBackends("laplace memory: sorted columns leave nothing", async () => {
  const [pred, target] = [tf.randomNormal([100, 2]), tf.randomNormal([100, 2])];
  const [center, logWeight] = [tf.randomNormal([301, 2]), tf.randomNormal([301])];
  const scale = tf.tidy(() => tf.tensor1d([0.5, 1]));
  const attrs = {
    reduction: "mean",
    restoreScale: true,
    ownLabel: true,
    method: "linear",
  } as const;
  const step = async () => {
    const loss = (pred: tf.Tensor, scale: tf.Tensor) =>
      laplaceMass({ pred, target, scale, center, logWeight }, attrs) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)([pred, scale]);
    tf.dispose(grads);
    await value.data();
    value.dispose();
  };
  await step();
  const [tensors, bytes] = [tf.memory().numTensors, gpuBytes()];
  for (let i = 0; i < 10; i++) await step();
  assertEquals([tf.memory().numTensors, gpuBytes()], [tensors, bytes]);
  tf.dispose([pred, target, center, logWeight, scale]);
}, ["webgpu"]);

testOnBackends("laplace memory: loss and gradient are at most 4 dispatches", async () => {
  const [pred, target] = [tf.randomNormal([256]), tf.randomNormal([256])];
  await Promise.all([pred.data(), target.data()]);
  const backend = tf.backend() as unknown as { runWebGPUProgram: (...args: unknown[]) => unknown };
  const run = backend.runWebGPUProgram;
  let dispatches = 0;
  backend.runWebGPUProgram = (...args) => {
    dispatches++;
    return run.apply(backend, args);
  };
  const { value, grad } = tf.valueAndGrad((p) => bmaeLoss(p, target, 1) as tf.Scalar)(pred);
  backend.runWebGPUProgram = run;
  // The pass, the mean, the gradient, and tfjs's ones for the incoming gradient.
  assert(dispatches <= 4, `${dispatches} dispatches`);
  await value.data();
  tf.dispose([pred, target, value, grad]);
}, ["webgpu"]);
