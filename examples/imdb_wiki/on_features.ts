/**
 * The second stage on features that were computed once, without augmentation: minutes for all
 * criteria.
 */
import { type LayersModel, predict } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { AgeFeatures } from "./age_features.ts";
import type { Task } from "./criteria.ts";
import { batchesInOrder, type LabelledFeatures, shuffledBatches } from "./feature_batches.ts";
import { linearHead } from "./linear_head.ts";
import { trainRegressor } from "./regressor.ts";
import type { Try } from "./trial.ts";

/** Rows that are looked at together where none is trained. */
const ROWS = 1024;

/** Makes what tries a criterion. */
export function onFeatures(
  { train, val, test }: Readonly<Record<"train" | "val" | "test", AgeFeatures>>,
  task: Task,
  { batch, seed }: { readonly batch: number; readonly seed: number },
): Try {
  return async (criterion, plan) => {
    const model = linearHead(train.dim, seed);
    try {
      const run = await trainRegressor(criterion, task, {
        model,
        rows: train.ages.length,
        step: batch,
        accumulate: 1,
        train: shuffledBatches(train, batch, seed),
        validation: batchesInOrder(val, ROWS),
      }, plan);
      return { ...run, predictions: await predictAges(model, test) };
    } finally {
      model.dispose();
    }
  };
}

/** A head's ages of features. */
export async function predictAges(
  head: LayersModel,
  { values, dim, ages }: LabelledFeatures,
): Promise<Float32Array> {
  const x = tf.tensor2d(values, [ages.length, dim]);
  const output = await predict(head, x, { batchSize: ROWS });
  const predictions = await output.data() as Float32Array;
  tf.dispose([x, output]);
  return predictions;
}
