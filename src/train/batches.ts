/**
 * Batches out of whatever the trainer is given.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Batches, Data, Dataset } from "./data.ts";
import { dataItems, isAsync, isInParts } from "./data_items.ts";
import { prefetch } from "./prefetch.ts";
import { freeMade, type RowBatch, rowBatch } from "./row_batch.ts";
import type { BatchOptions, Epochs } from "./epochs.ts";
import { splitRows } from "./split_rows.ts";
import type { Tensors } from "./tensors.ts";

/** Checks `data` and returns what makes its batches. */
export function batchesOf(data: Data<Tensors, Tensors>, options: BatchOptions): Epochs {
  const { action } = options;
  if (typeof data === "function") {
    return (epoch) => {
      const made: unknown = data(epoch);
      if (isInParts(made)) return batchesIn(made, options);
      throw new TypeError(
        `Cannot ${action} as data must return an iterable of batches where it is a function: ` +
          `current value is ${shown(made)}`,
      );
    };
  }
  if (isInParts(data)) return () => batchesIn(data, options);
  const all = rowBatch(data, "data", action);
  freeMade(all, data); // checked; an epoch makes them anew
  return splitRows(data, options);
}

function batchesIn(
  data: Batches<Tensors, Tensors> | Dataset,
  { action, prefetch: depth }: BatchOptions,
): AsyncIterable<RowBatch> {
  const batches = checked(data, action);
  // What makes its batches at once has no time of its own to work in.
  return isAsync(data) ? prefetch(batches, depth) : batches;
}

/** Batches as tensors. */
async function* checked(data: unknown, action: string): AsyncGenerator<RowBatch> {
  for await (const [name, given] of dataItems(data, action)) {
    const batch = rowBatch(given, name, action);
    try {
      yield batch;
    } finally {
      freeMade(batch, given);
    }
  }
}
