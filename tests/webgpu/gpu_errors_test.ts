/** What the GPU reports: heard by the next read, listed by gpuErrors, on any device. */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  bmcLoss,
  fileSystem,
  gpuErrors,
  labelHistogram,
  LabelNoise,
  meanAbsoluteError,
  mseLoss,
} from "../../mod.ts";
import { encodeSafetensors } from "../../src/files/safetensors.ts";
import { submitPending } from "../../src/webgpu/device_reports.ts";
import { read } from "../../src/webgpu/read.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { checkGpuErrors } from "../support/gpu_errors.ts";
import { FAILURES, many } from "../support/gpu_failures.ts";
import { inFolder } from "../support/in_folder.ts";
import { device, onNewDevice, withDefaultLimits } from "../support/new_device.ts";

/** Lets the device's events come. */
const turn = () => {
  submitPending(tf.backend());
  return new Promise((resolve) => setTimeout(resolve, 20));
};

for (const [name, [fail, message]] of Object.entries(FAILURES)) {
  testOnBackends(`gpu errors: ${name}`, async () => {
    await withDefaultLimits(async () => {
      fail();
      const tensor = many();
      const error = await assertRejects(
        () => read(tensor),
        Error,
        "Cannot read a tensor back as the GPU must not have reported an error",
      );
      assertMatch(error.message, message);
      // Told once; but listed for who asks.
      assertEquals((await read(tensor)).length, 2000);
      const listed = await gpuErrors();
      assert(listed.some((text) => message.test(text)), `${listed}`);
      assertEquals(await gpuErrors(), []);
      tensor.dispose();
    });
  }, ["webgpu"]);
}

const READERS: Record<string, (tensor: tf.Tensor, dir: string) => Promise<unknown>> = {
  "a metric": (tensor) => meanAbsoluteError(tensor, tensor),
  "a prior": (tensor) => labelHistogram(tensor, { bins: 4 }),
  "a checkpoint": (tensor) => encodeSafetensors([{ name: "a", tensor }], {}),
  "a noise": async () => {
    const noise = new LabelNoise({ sigma: 2 });
    await noise.sigma().finally(() => noise.dispose());
  },
  "a model's file": async (_, dir) => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
    await model.save(fileSystem(`${dir}/model.json`)).finally(() => model.dispose());
  },
};

for (const [name, readBy] of Object.entries(READERS)) {
  testOnBackends(`gpu errors: heard by ${name}`, async () => {
    await inFolder(async (dir) => {
      const tensor = many();
      FAILURES["more tensors than a shader binds"]![0]();
      // What is on the host is not waited for.
      await turn();
      await assertRejects(
        () => readBy(tensor, dir),
        Error,
        "the GPU must not have reported an error",
      );
      await readBy(tensor, dir);
      tensor.dispose();
    });
    await gpuErrors();
  }, ["webgpu"]);
}

testOnBackends("gpu errors: every read that was on its way rejects", async () => {
  FAILURES["more tensors than a shader binds"]![0]();
  const tensors = [many(1), many(2), many(3)];
  const reads = await Promise.allSettled(tensors.map(read));
  assertEquals(reads.map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  await gpuErrors();
  const [first] = await Promise.all(tensors.map(read));
  assertEquals(first!.length, 2000);
  tf.dispose(tensors);
}, ["webgpu"]);

testOnBackends("gpu errors: what gpuErrors has told makes no read reject", async () => {
  const tensor = many();
  FAILURES["more tensors than a shader binds"]![0]();
  assert((await gpuErrors()).length > 0);
  await read(tensor);
  tensor.dispose();
}, ["webgpu"]);

testOnBackends("gpu errors: none elsewhere", async () => {
  const loss = tf.tidy(() => bmcLoss(tf.tensor1d([0, 1]), tf.tensor1d([0, 2]), 1));
  await read(loss);
  loss.dispose();
  assertEquals(await gpuErrors(), []);
});

testOnBackends("gpu errors: a test in which one occurs fails", async () => {
  FAILURES["more tensors than a shader binds"]![0]();
  await assertRejects(checkGpuErrors, Error, "The GPU reported errors: ");
  await checkGpuErrors();
}, ["webgpu"]);

testOnBackends("gpu errors: a device that replaces another is listened to", async () => {
  const old = device();
  await onNewDevice();
  assert(device() !== old);
  FAILURES["more tensors than a shader binds"]![0]();
  await turn(); // nothing of ours has run on this device yet
  const tensor = many();
  await assertRejects(() => read(tensor), Error, "the GPU must not have reported an error");
  await gpuErrors();
  // The old one's end is nobody's matter.
  old.destroy();
  await turn();
  await read(tensor);
  tensor.dispose();
}, ["webgpu"]);

testOnBackends("gpu errors: a backend of one's own under another name, too", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const own = await adapter!.requestDevice();
  tf.copyRegisteredKernels("webgpu", "own");
  tf.registerBackend("own", () => new WebGPUBackend(own, adapter!.info), 0);
  await tf.setBackend("own");
  FAILURES["more tensors than a shader binds"]![0]();
  await turn(); // nothing of ours has run on this device yet
  const tensor = many();
  await assertRejects(() => read(tensor), Error, "the GPU must not have reported an error");
  assert((await gpuErrors()).length > 0);
  tensor.dispose();
  await use("webgpu");
  tf.removeBackend("own");
  own.destroy();
}, ["webgpu"]);

testOnBackends("gpu errors: on a lost device every read and every loss throws", async () => {
  const [tensor, other] = [many(), many(2)];
  await read(other);
  const waiting = read(tensor);
  device().destroy();
  const message = "set up the backend anew and go on from what was saved: current error is " +
    '"the device was lost (destroyed): ';
  await assertRejects(() => waiting, Error, message);
  for (const again of [tensor, other]) await assertRejects(() => read(again), Error, message);
  for (const loss of [mseLoss, (p: tf.Tensor, t: tf.Tensor) => bmcLoss(p, t, 1)]) {
    assertThrows(
      () => loss(other, other),
      Error,
      "as the GPU must not be lost, set up the backend",
    );
  }
  tf.dispose([tensor, other]);
  await onNewDevice();
}, ["webgpu"]);
