/** A line to fit: what the trainer's tests train. */
import * as tf from "@tensorflow/tfjs";
import { type Batch, train, type TrainOptions } from "../../mod.ts";
import { normals } from "./cases.ts";

export const mse = (pred: tf.Tensor, target: tf.Tensor) =>
  tf.mean(tf.squaredDifference(pred, target));

/** y = 2 x + 1, and a line to fit to it; `dispose` frees all. */
export function lineProblem(rows = 64) {
  const next = normals(3);
  const x = tf.tensor1d(Array.from({ length: rows }, () => next()));
  const y = tf.tidy(() => tf.add(tf.mul(x, 2), 1));
  const [slope, bias] = tf.tidy(() => [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]);
  return {
    data: { x, y } as Batch,
    model: {
      predict: (x: tf.Tensor) => tf.add(tf.mul(x, slope!), bias!),
      variables: [slope!, bias!],
    },
    weights: async () => [(await slope!.data())[0]!, (await bias!.data())[0]!] as const,
    dispose: () => tf.dispose([x, y, slope!, bias!]),
  };
}

/** Runs `train` on a line problem with an optimizer of its own, and frees both. */
export async function trainLine(options: Partial<TrainOptions> = {}, rows?: number) {
  const { data, model, weights, dispose } = lineProblem(rows);
  const optimizer = tf.train.sgd(0.1);
  try {
    const result = await train({ model, loss: mse, data, epochs: 30, optimizer, ...options });
    return { ...result, weights: await weights() };
  } finally {
    dispose();
    optimizer.dispose();
  }
}

/** The values of y = 2 x + 1 at four points; the caller disposes them. */
export function lineData(): Batch {
  return { x: tf.tensor1d([-1, 0, 1, 2]), y: tf.tensor1d([-1, 1, 3, 5]) };
}
