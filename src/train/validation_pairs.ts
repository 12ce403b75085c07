/**
 * Predictions and labels of validation data, batch by batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { batchesOf } from "./batches.ts";
import type { Pair } from "./pairs.ts";
import type { Ranks } from "./ranks/ranks.ts";
import { sharedPairs } from "./ranks/shared_pairs.ts";
import type { RowBatch } from "./row_batch.ts";
import { takePair } from "./take_rows.ts";
import { mapTensors, type Tensors } from "./tensors.ts";
import type { Trainee } from "./trainee.ts";
import type { Validation } from "./validation.ts";

/** How predictions are made. */
export interface PairOptions {
  /** How many batches are read ahead, as the trainer's. */
  readonly prefetch?: number | undefined;
  /** Those that share the predictions out. */
  readonly ranks?: Ranks | undefined;
}

/**
 * Checks the data and returns what makes an epoch's pairs, of the rows that count, which are then
 * the caller's to free. Batches without any have none.
 *
 * @param predict The model out of training.
 */
export function validationPairs(
  { data, batchSize }: Validation<Tensors, Tensors, Tensors>,
  predict: Trainee["predict"],
  { prefetch, ranks }: PairOptions,
): (epoch: number) => AsyncIterable<Pair | undefined> {
  const epochs = batchesOf(data, {
    batchSize,
    seed: undefined,
    multiple: 1,
    prefetch,
    share: ranks?.shareOf("batches"),
    action: "validate",
  });
  async function* own(epoch: number) {
    for await (const batch of epochs(epoch)) yield await pairOf(batch, predict);
  }
  return ranks ? (epoch) => sharedPairs(own(epoch), ranks.group) : own;
}

async function pairOf(
  { x, y, weights, mask }: RowBatch,
  predict: Trainee["predict"],
): Promise<Pair | undefined> {
  if (weights) {
    throw new TypeError(
      "Cannot validate as validation.data must be without weights, which metrics do not use: " +
        "current value has weights",
    );
  }
  // A clone: what a model returns may be its input.
  const clones = () => mapTensors(predict(x, y), (tensor) => tensor.clone());
  const pred = tf.tidy(() => clones() as tf.TensorContainer) as Tensors;
  try {
    return await takePair(pred, y, mask, "y", "validate");
  } finally {
    tf.dispose(pred as tf.TensorContainer);
  }
}
