/**
 * The batches that make a step: several where gradients are accumulated.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RowBatch } from "./row_batch.ts";
import { mapTensors } from "./tensors.ts";

/**
 * Takes `count` batches at a time, fewer at the end. Their tensors live until the next step is
 * asked for, though each batch's maker frees its own when the next is made.
 */
export async function* stepBatches(
  batches: AsyncIterable<RowBatch>,
  count: number,
): AsyncGenerator<readonly RowBatch[]> {
  let waiting: RowBatch[] = [];
  try {
    for await (const batch of batches) {
      if (count === 1) {
        yield [batch];
        continue;
      }
      waiting.push(held(batch));
      if (waiting.length < count) continue;
      yield waiting;
      free(waiting);
      waiting = [];
    }
    if (waiting.length > 0) yield waiting;
  } finally {
    free(waiting);
  }
}

/** The same numbers under tensors of our own; nothing is copied. */
function held({ x, y, weights, mask }: RowBatch): RowBatch {
  return {
    x: mapTensors(x, (tensor) => tensor.clone()),
    y: mapTensors(y, (tensor) => tensor.clone()),
    ...(weights && { weights: weights.clone() }),
    ...(mask && { mask: mask.clone() }),
  };
}

function free(batches: readonly RowBatch[]): void {
  tf.dispose(batches as unknown as tf.TensorContainer);
}
