/**
 * Batches out of whatever the trainer is given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { shown } from "../check/shown.ts";
import type { Data, Dataset } from "./data.ts";
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
      if (isIterable(made)) return checked(made, action);
      throw new TypeError(
        `Cannot ${action} as data must return an iterable of batches where it is a function: ` +
          `current value is ${shown(made)}`,
      );
    };
  }
  if (isDataset(data)) return () => elements(data, action);
  if (isIterable(data)) return () => checked(data, action);
  const all = rowBatch(data, "data", action);
  freeMade(all, data); // checked; an epoch makes them anew
  return splitRows(data, options);
}

function isIterable(data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> {
  return data !== null && typeof data === "object" && !(data instanceof tf.Tensor) &&
    (Symbol.iterator in data || Symbol.asyncIterator in data);
}

function isDataset(data: unknown): data is Dataset {
  return data !== null && typeof data === "object" && "iterator" in data &&
    typeof data.iterator === "function";
}

/** The batches of an iterable, as tensors. */
async function* checked(
  batches: Iterable<unknown> | AsyncIterable<unknown>,
  action: string,
): AsyncGenerator<RowBatch> {
  for await (const given of batches) {
    const batch = rowBatch(given, "a batch of data", action);
    try {
      yield batch;
    } finally {
      freeMade(batch, given);
    }
  }
}

/** The elements of a dataset, which nobody else frees. */
async function* elements(dataset: Dataset, action: string): AsyncGenerator<RowBatch> {
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const element = next.value as Record<string, unknown> | null;
    try {
      const isNamed = typeof element === "object" && element !== null && "xs" in element;
      const given = isNamed ? { x: element.xs, y: element.ys } : element;
      yield rowBatch(given, "an element of the dataset", action);
    } finally {
      tf.dispose(element as tf.TensorContainer);
    }
  }
}
