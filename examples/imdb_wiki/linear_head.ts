/** The regressor: one linear layer on the features, ages in years come out. */
import type { LayersModel } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { HEAD } from "./network.ts";

/**
 * A fresh head as PyTorch starts it: weights and bias uniform within 1/sqrt(features). The same
 * seed gives the same head.
 */
export function linearHead(features: number, seed: number): LayersModel {
  const reach = 1 / Math.sqrt(features);
  const uniform = (k: number) =>
    tf.initializers.randomUniform({ minval: -reach, maxval: reach, seed: 1 + 2 * seed + k });
  return tf.sequential({
    layers: [
      tf.layers.dense({
        name: HEAD,
        units: 1,
        inputShape: [features],
        kernelInitializer: uniform(0),
        biasInitializer: uniform(1),
      }),
    ],
  });
}
