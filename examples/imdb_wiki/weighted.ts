/** L1, each row weighed by how rare its age is in training. */
import { maeLoss } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Objective } from "../support/objective.ts";
import { type AgeWeighting, ageWeights, weightsOf } from "./age_weights.ts";

/** Prepares it for the ages of a training set. */
export async function weighted(ages: Float32Array, weighting: AgeWeighting): Promise<Objective> {
  const table = tf.tensor1d(await ageWeights(ages, weighting));
  return {
    loss: (pred, target) =>
      tf.tidy(() => maeLoss(pred, target, { weights: weightsOf(table, target) })),
    dispose: () => table.dispose(),
  };
}
