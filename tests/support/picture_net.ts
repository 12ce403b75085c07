/** A small network on pictures, problems for it, and what it is after a run. */
import * as tf from "@tensorflow/tfjs";
import { adam, mseLoss, train, type TrainOptions } from "../../mod.ts";
import { ConvBatchNorm, type ConvBatchNormConfig, type LayersModel } from "../../src/vision/mod.ts";
import { bits } from "./resumable.ts";

/** Two convolutions and a head; the first has the name "body". */
export function pictureNet(more: Partial<ConvBatchNormConfig> = {}): LayersModel {
  const body = { name: "body", filters: 4, kernelSize: 3, strides: 2, seed: 1 };
  return tf.sequential({
    layers: [
      new ConvBatchNorm({ ...body, ...more, inputShape: [6, 6, 2] }),
      new ConvBatchNorm({ name: "next", filters: 4, kernelSize: 1, relu: false, seed: 2 }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({
        name: "head",
        units: 1,
        kernelInitializer: tf.initializers.glorotNormal({ seed: 3 }),
      }),
    ],
  });
}

/** Pictures, the brighter the greater their label. */
export function pictures(rows: number) {
  const x = tf.randomNormal([rows, 6, 6, 2], 1, 2, "float32", 4);
  return { x, y: tf.tidy(() => tf.mul(tf.mean(x, [1, 2]), [3, -1]).sum(1, true)) };
}

/** Trains for two epochs of two steps, or as the options say. */
export async function trainOn(
  model: LayersModel,
  data: { x: tf.Tensor; y: tf.Tensor },
  options: Partial<TrainOptions> = {},
) {
  const optimizer = adam(0.02);
  const steps = { batchSize: 8, epochs: 2, seed: 7, optimizer };
  try {
    return await train({ model, data, loss: mseLoss, ...steps, ...options });
  } finally {
    optimizer.dispose();
  }
}

/** The bytes of a layer's weights by their names. */
export async function bytesOf(model: LayersModel, name: string): Promise<Record<string, string>> {
  const { weights } = model.getLayer(name);
  const entries = weights.map(async (weight) =>
    [weight.originalName.split("/").at(-1)!, await bits(weight.read())] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}
