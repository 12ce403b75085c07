/**
 * Batches out of whatever the trainer is given.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Data } from "./data.ts";
import { dataItems, isDataset, isIterable } from "./data_items.ts";
import { freeMade, type RowBatch, rowBatch } from "./row_batch.ts";
import { splitRows } from "./split_rows.ts";
import type { Tensors } from "./tensors.ts";

/**
 * Makes the batches of an epoch, from 0; epochs may be left out, but not gone back to. A batch's
 * tensors live until the next one is asked for.
 */
export type Epochs = (epoch: number) => AsyncIterable<RowBatch>;

/** How data becomes batches; all but `action` is for tensors. */
export interface BatchOptions {
  /** Rows a batch; undefined is all that a device takes at once. */
  readonly batchSize: number | undefined;
  /** The seed to shuffle by; undefined leaves the order. */
  readonly seed: number | undefined;
  /** Rows at the end that do not fill so many are left out; 1 leaves none out. */
  readonly multiple: number;
  /** What the caller does, for messages: "train". */
  readonly action: string;
}

/** Checks `data` and returns what makes its batches. */
export function batchesOf(data: Data<Tensors, Tensors>, options: BatchOptions): Epochs {
  const { action } = options;
  if (typeof data === "function") {
    return (epoch) => {
      const made: unknown = data(epoch);
      if (isDataset(made) || isIterable(made)) return checked(made, action);
      throw new TypeError(
        `Cannot ${action} as data must return an iterable of batches where it is a function: ` +
          `current value is ${shown(made)}`,
      );
    };
  }
  if (isDataset(data) || isIterable(data)) return () => checked(data, action);
  const all = rowBatch(data, "data", action);
  freeMade(all, data); // checked; an epoch makes them anew
  return splitRows(data, options);
}

/** The batches of an iterable or a dataset, as tensors. */
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
