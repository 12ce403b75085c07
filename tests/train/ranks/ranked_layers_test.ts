/** Layers that normalize by the rows of their own rank: statistics that all ranks end an epoch with. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type Group, mseLoss, train } from "../../../mod.ts";
import { ConvBatchNorm } from "../../../src/vision/mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import { numbersOf, onRanks } from "../../support/ranks.ts";

/** Trains one epoch of a single step of so many rows, and gives the running mean and all weights. */
async function run(group: Group | undefined, rows: number) {
  const norm = new ConvBatchNorm({ filters: 2, kernelSize: 1, seed: 1, inputShape: [2, 2, 3] });
  const head = tf.layers.dense({ units: 1, kernelInitializer: "ones" });
  const model = tf.sequential({
    layers: [norm as unknown as tf.layers.Layer, tf.layers.globalAveragePooling2d({}), head],
  });
  const x = tf.randomNormal([rows, 2, 2, 3], 1, 1, "float32", 3);
  const y = tf.ones([rows, 1]);
  const optimizer = tf.train.sgd(0.1);
  const options = { model, loss: mseLoss, data: { x, y }, epochs: 1, optimizer };
  await train({ ...options, ...(group && { group }) });
  const [mean, weights] = [await numbersOf(norm.getWeights().slice(3, 4)), model.getWeights()];
  const all = await numbersOf(weights);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return { mean, all };
}

testOnBackends("ranks: running statistics are those of all rows, on every rank", async () => {
  const alone = await run(undefined, 8);
  const all = await onRanks(2, (group) => run(group, 8));
  assertEquals(all[0], all[1]);
  // The mean of two halves' means is that of the whole.
  alone.mean.forEach((value, i) => assertAlmostEquals(all[0]!.mean[i]!, value, 1e-6));
  assert(alone.mean.every((value) => Math.abs(value) > 1e-3));
}, ["webgpu", "cpu"]);

testOnBackends("ranks: a row that a rank borrows moves no running statistics", async () => {
  const alone = await run(undefined, 1);
  const all = await onRanks(2, (group) => run(group, 1));
  assertEquals(all[0], all[1]);
  // One of two ranks has not moved from 0.
  alone.mean.forEach((value, i) => assertAlmostEquals(all[0]!.mean[i]!, value / 2, 1e-6));
}, ["cpu"]);
