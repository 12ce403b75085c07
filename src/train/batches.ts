/**
 * Batches out of whatever the trainer is given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Batch, Batches, Data } from "./train_options.ts";

/**
 * Makes the batches of an epoch, from 0; epochs may be left out, but not gone back to. A batch's tensors live until the
 * next one is asked for.
 */
export type Epochs = (epoch: number) => Batches;

/** How tensors become batches. */
export interface BatchOptions {
  /** Rows a batch. */
  readonly batchSize: number;
  /** The seed to shuffle by; undefined leaves the order. */
  readonly seed: number | undefined;
  /** What the caller does, for messages: "train". */
  readonly action: string;
}

/** Checks `data` and returns what makes its batches. */
export function batchesOf(data: Data, options: BatchOptions): Epochs {
  const { action } = options;
  if (typeof data === "function") return data;
  if (isIterable(data)) return () => data;
  if (!(data?.x instanceof tf.Tensor && data.y instanceof tf.Tensor)) {
    throw new TypeError(
      `Cannot ${action} as data must be { x, y } of tensors, an iterable of such or a function: ` +
        `current value is ${data}`,
    );
  }
  return splitter(data, options);
}

function isIterable(data: Batch | Batches): data is Batches {
  return data !== null && typeof data === "object" &&
    (Symbol.iterator in data || Symbol.asyncIterator in data);
}

function splitter({ x, y }: Batch, { batchSize, seed, action }: BatchOptions): Epochs {
  const rows = x.shape[0] ?? 0;
  if (rows !== (y.shape[0] ?? 0)) {
    throw new TypeError(
      `Cannot ${action} as x and y must have the same number of rows: ` +
        `current shapes are [${x.shape}] and [${y.shape}]`,
    );
  }
  if (rows === 0) {
    throw new RangeError(`Cannot ${action} as data must not be empty: current rows are ${rows}`);
  }
  if (seed === undefined && batchSize >= rows) return () => [{ x, y }];
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const generator = xoroshiro128plus(seed ?? 0);
  let shuffles = 0;

  return function* (epoch) {
    let [epochX, epochY] = [x, y];
    if (seed !== undefined) {
      // An epoch's order follows from the ones before: a run that is resumed draws them again.
      for (; shuffles <= epoch; shuffles++) {
        for (let i = rows - 1; i > 0; i--) {
          const j = uniformInt(generator, 0, i);
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
      }
      // One gather an epoch, on the device; the copy is tfjs's to keep.
      const indices = tf.tensor1d(order.slice(), "int32");
      [epochX, epochY] = [tf.gather(x, indices), tf.gather(y, indices)];
      indices.dispose();
    }
    try {
      for (let start = 0; start < rows; start += batchSize) {
        const size = Math.min(batchSize, rows - start);
        const part = (t: tf.Tensor) =>
          t.slice([start, ...t.shape.slice(1).map(() => 0)], [size, ...t.shape.slice(1)]);
        const batch = { x: part(epochX), y: part(epochY) };
        try {
          yield batch;
        } finally {
          tf.dispose([batch.x, batch.y]);
        }
      }
    } finally {
      if (seed !== undefined) tf.dispose([epochX, epochY]);
    }
  };
}
