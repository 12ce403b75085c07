/** A GPU that is lost, or fails, while a run is trained on it. */
import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { gpuErrors, LabelNoise, train } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { mse } from "../support/line.ts";
import { lose, onNewDevice } from "../support/new_device.ts";
import { resumable } from "../support/resumable.ts";

const LOST = 'current error is "the device was lost (destroyed): ';

testOnBackends("device loss: without a checkpoint the error says so", async () => {
  const run = resumable({}, { tell: lose(3, 0) });
  await assertRejects(() => run, Error, `there is no checkpoint: ${LOST}`);
  await onNewDevice();
  assertEquals((await resumable({ epochs: 2 })).history.length, 2);
}, ["webgpu"]);

/** What fails on webgpu without a word: more tensors than a shader can bind. */
function failingSum(): void {
  tf.tidy(() => void tf.addN(Array.from({ length: 9 }, () => tf.relu(tf.ones([2000])))));
}

/** A line of one variable, trained for some epochs; `at` is called after each. */
async function trainLine(at: (epoch: number) => void | Promise<void>) {
  const slope = tf.tidy(() => tf.scalar(3).variable());
  const [x, y] = [tf.ones([4]), tf.ones([4])];
  const model = { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] };
  const optimizer = tf.train.sgd(0.1);
  try {
    await train({
      model,
      data: { x, y },
      loss: mse,
      epochs: 6,
      optimizer,
      validation: { data: { x, y }, metrics: { mse } },
      callbacks: { onEpochDone: at },
    });
    return (await read(() => slope.clone()))[0]![0]!;
  } catch (error) {
    const [value] = await read(() => slope.clone());
    return { error: error as Error, slope: value![0]! };
  } finally {
    optimizer.dispose();
    tf.dispose([x, y, slope]);
  }
}

testOnBackends("gpu errors: a run ends by what tfjs's own kernel failed of", async () => {
  const right = 1 + 2 * 0.8 ** 6;
  assertAlmostEquals(await trainLine(() => {}) as number, right, 1e-5);
  const failed = await trainLine((epoch) => epoch === 3 ? failingSum() : undefined);
  const { error, slope } = failed as { error: Error; slope: number };
  assertStringIncludes(error.message, "Cannot train on as the GPU must not have reported an error");
  assertStringIncludes(error.message, "there is no checkpoint: current error is");
  assertStringIncludes(error.message, "Too many bindings of type StorageBuffers");
  // Its best weights, those of epoch 2: what came with the failure is not to be trusted.
  assertAlmostEquals(slope, 1 + 2 * 0.8 ** 3, 1e-5);
  assert((await gpuErrors()).length > 0);
  assertAlmostEquals(await trainLine(() => {}) as number, right, 1e-5);
}, ["webgpu"]);

testOnBackends("gpu errors: a run ends though a callback has heard and dropped them", async () => {
  const noise = new LabelNoise({ sigma: 2 });
  await read(() => noise.variance()); // it is on the device
  for (const ask of [() => noise.sigma().catch(() => {}), gpuErrors]) {
    const failed = await trainLine(async (epoch) => {
      if (epoch !== 2) return;
      failingSum();
      await gpuErrors();
      await ask();
    });
    const { error } = failed as { error: Error };
    assertStringIncludes(
      error.message,
      "Cannot train on as the GPU must not have reported an error",
    );
    await gpuErrors();
  }
  noise.dispose();
}, ["webgpu"]);
