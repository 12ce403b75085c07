/** A run, of four steps an epoch, that leaves no tensor and no byte of the GPU behind. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { bmcLoss, LabelNoise, train } from "../../mod.ts";
import type { BackendName } from "./backends.ts";
import { lineProblem, mse } from "./line.ts";

/** Fails unless a run of so many epochs ends with the memory that one of a single epoch has left. */
export async function leavesMemory(backend: BackendName, epochs: number): Promise<void> {
  const gpuBytes = () =>
    backend === "webgpu" ? (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU : 0;
  const { data, model, dispose } = lineProblem();
  const optimizer = tf.train.adam(1e-3);
  const noise = new LabelNoise({ sigma: 1 });
  const noiseOptimizer = tf.train.adam(1e-3);
  const run = async (epochs: number) => {
    await train({
      model,
      loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
      data,
      epochs,
      batchSize: 16,
      optimizer,
      noise: { model: noise, optimizer: noiseOptimizer },
      validation: { data, metrics: { mse }, every: 100 },
    });
    await model.variables[0]!.data();
  };
  await run(1);
  const [tensors, bytes] = [tf.memory().numTensors, gpuBytes()];
  await run(epochs);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(gpuBytes(), bytes);
  dispose();
  noise.dispose();
  optimizer.dispose();
  noiseOptimizer.dispose();
}
