/**
 * The batches that make a step: several where gradients are accumulated.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { cloned } from "./cloned.ts";
import type { RowBatch } from "./row_batch.ts";
import type { Step } from "./step_parts.ts";

/**
 * Takes `count` batches at a time, fewer at the end. Their tensors live until the next step is
 * asked for, though each batch's maker frees its own when the next is made.
 */
export async function* stepBatches(
  batches: AsyncIterable<RowBatch>,
  count: number,
): AsyncGenerator<Step> {
  let waiting: RowBatch[] = [];
  try {
    for await (const batch of batches) {
      if (count === 1) {
        yield { batches: [batch] };
        continue;
      }
      waiting.push(cloned(batch).value);
      if (waiting.length < count) continue;
      yield { batches: waiting };
      free(waiting);
      waiting = [];
    }
    if (waiting.length > 0) yield { batches: waiting };
  } finally {
    free(waiting);
  }
}

function free(batches: readonly RowBatch[]): void {
  tf.dispose(batches as unknown as tf.TensorContainer);
}
