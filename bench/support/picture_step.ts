/** One training step of a network on pictures, forward, backward and Adam, and what it takes. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { adam, maeLoss } from "../../mod.ts";
import { peakBytes } from "./adapter.ts";
import { dispatches } from "./count.ts";
import { time, type Timing } from "./time.ts";

/** A network and how it is trained. */
export interface Trainee {
  readonly model: tf.LayersModel;
  readonly optimizer: tf.Optimizer;
  readonly loss: (pred: tf.Tensor, target: tf.Tensor) => tf.Tensor;
}

/** By tfjs alone. */
export const stockTrainee = (model: tf.LayersModel): Trainee => ({
  model,
  optimizer: tf.train.adam(1e-3),
  loss: (pred, target) => tf.losses.absoluteDifference(target, pred),
});

/** By this module. */
export const ownTrainee = (model: tf.LayersModel): Trainee => ({
  model,
  optimizer: adam(1e-3),
  loss: (pred, target) => maeLoss(pred, target),
});

/** What steps of a size take. */
export interface StepCost {
  readonly timing: Timing;
  readonly dispatches: number;
  /** Bytes that one more picture in the batch takes at the peak. */
  readonly bytesPerPicture: number;
}

/** Steps on `batch` pictures of `size` x `size` pixels. */
function steps({ model, optimizer, loss }: Trainee, batch: number, size: number) {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const x = tf.randomNormal([batch, size, size, 3], 0, 1, "float32", 1);
  const y = tf.randomUniform([batch, 1], 20, 60, "float32", 2);
  const gradients = () =>
    tf.variableGrads(
      () => loss(model.apply(x, { training: true }) as tf.Tensor, y) as tf.Scalar,
      variables,
    );
  const run = () =>
    tf.tidy(() => {
      const { value, grads } = gradients();
      optimizer.applyGradients(grads);
      return value;
    });
  return { run, gradients, dispose: () => tf.dispose([x, y]) };
}

/** The most bytes of a forward and backward pass. */
async function peak(backend: WebGPUBackend, trainee: Trainee, batch: number, size: number) {
  const { gradients, dispose } = steps(trainee, batch, size);
  const bytes = await peakBytes(backend, async () => {
    const { value, grads } = gradients();
    await value.data();
    tf.dispose([value, grads]);
  });
  dispose();
  return bytes;
}

/** Measures steps; memory, forward and backward, by batches of `few` pictures and of twice as many. */
export async function stepCost(
  backend: WebGPUBackend,
  trainee: Trainee,
  { batch, size, few }: { batch: number; size: number; few: number },
): Promise<StepCost> {
  await peak(backend, trainee, few, size); // compiles, and brings the weights to the device
  const bytesPerPicture =
    (await peak(backend, trainee, 2 * few, size) - await peak(backend, trainee, few, size)) / few;
  const { run, dispose } = steps(trainee, batch, size);
  let loss: tf.Tensor | undefined;
  const count = dispatches(backend, () => loss = run());
  await loss!.data();
  loss!.dispose();
  const timing = await time(run, 500);
  dispose();
  return { timing, dispatches: count, bytesPerPicture };
}
