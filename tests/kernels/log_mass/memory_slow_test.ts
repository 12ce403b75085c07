/** No tensor and no GPU byte is left behind; bytes in use stay small; dispatches are counted. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { balancedMse, bmcLoss } from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";

const gpuBytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;

testOnBackends("memory: 100 steps of loss and gradients leave no tensor", async (backend) => {
  const [pred, target] = [tf.randomNormal([257]), tf.randomNormal([257])];
  const noise = tf.tidy(() => tf.variable(tf.scalar(1)));
  const step = async () => {
    const loss = (p: tf.Tensor, s: tf.Tensor) => bmcLoss(p, target, s) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)([pred, noise]);
    tf.dispose(grads);
    const result = await value.data();
    value.dispose();
    return result;
  };
  await step();
  const [tensors, bytes] = [tf.memory().numTensors, backend === "webgpu" ? gpuBytes() : 0];
  for (let i = 0; i < 100; i++) await step();
  assertEquals(tf.memory().numTensors, tensors);
  if (backend === "webgpu") assertEquals(gpuBytes(), bytes);
  tf.dispose([pred, target, noise]);
});

testOnBackends("memory: loss and gradient of 65,536 rows take under 16 MB on the GPU", async () => {
  const before = gpuBytes();
  const [pred, target] = [tf.randomNormal([65536]), tf.randomNormal([65536])];
  const { value, grad } = tf.valueAndGrad((p) => bmcLoss(p, target, 1) as tf.Scalar)(pred);
  // Buffers are freed at a submit: before it, all that the step ever held is still counted.
  const peak = gpuBytes() - before;
  assert(peak < 16e6, `${peak} bytes`);
  await value.data();
  tf.dispose([pred, target, value, grad]);
}, ["webgpu"]);

testOnBackends("memory: loss and gradient are at most 4 dispatches", async () => {
  const [pred, target] = [tf.randomNormal([256]), tf.randomNormal([256])];
  await Promise.all([pred.data(), target.data()]);
  const backend = tf.backend() as unknown as { runWebGPUProgram: (...args: unknown[]) => unknown };
  const run = backend.runWebGPUProgram;
  let dispatches = 0;
  backend.runWebGPUProgram = (...args) => {
    dispatches++;
    return run.apply(backend, args);
  };
  const { value, grad } = tf.valueAndGrad((p) => bmcLoss(p, target, 1) as tf.Scalar)(pred);
  backend.runWebGPUProgram = run;
  // The pass, the mean, the gradient, and tfjs's ones for the incoming gradient.
  assert(dispatches <= 4, `${dispatches} dispatches`);
  await value.data();
  tf.dispose([pred, target, value, grad]);
}, ["webgpu"]);

testOnBackends("memory: the linear method takes under 200 bytes a row on the GPU", async () => {
  const rows = 262_144;
  const before = gpuBytes();
  const [pred, target] = [tf.randomNormal([rows]), tf.randomNormal([rows])];
  const { value, grad } = tf.valueAndGrad((p) =>
    bmcLoss(p, target, 1, { method: "linear" }) as tf.Scalar
  )(pred);
  const peak = gpuBytes() - before;
  assert(peak < 200 * rows, `${peak / rows} bytes a row`);
  await value.data();
  tf.dispose([pred, target, value, grad]);
}, ["webgpu"]);

for (const weighted of [false, true]) {
  const kind = weighted ? "with" : "without";
  testOnBackends(`memory: 50 linear steps ${kind} weights leave nothing`, async (backend) => {
    const [pred, target] = [tf.randomNormal([1001]), tf.randomNormal([1001])];
    const prior = { center: target, ...(weighted && { logWeight: tf.zeros([1001]) }) };
    const step = async () => {
      const { value, grad } = tf.valueAndGrad((p) =>
        balancedMse(p, target, 1, prior, { method: "linear" }) as tf.Scalar
      )(pred);
      grad.dispose();
      await value.data();
      value.dispose();
    };
    await step();
    const [tensors, bytes] = [tf.memory().numTensors, backend === "webgpu" ? gpuBytes() : 0];
    for (let i = 0; i < 50; i++) await step();
    assertEquals(tf.memory().numTensors, tensors);
    if (backend === "webgpu") assertEquals(gpuBytes(), bytes);
    tf.dispose([pred, target, prior]);
  }, ["webgpu", "cpu"]);
}
