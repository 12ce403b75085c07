/**
 * Batches of the rows of tensors, shuffled anew each epoch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Data } from "./data.ts";
import type { BatchOptions, Epochs } from "./epochs.ts";
import { epochOrders } from "./epoch_orders.ts";
import { freeMade, type RowBatch, rowBatch } from "./row_batch.ts";
import { exceedsBinding, rowSource } from "./row_source.ts";
import { mapTensors, namedTensors, rowCount, tensorList, type Tensors } from "./tensors.ts";

/** Rows that are read at once where all would exceed the device's limit. */
const HOST_ROWS = 1024;

/** Splits checked data. */
export function splitRows(data: Data<Tensors, Tensors>, options: BatchOptions): Epochs {
  const { seed, multiple, action } = options;
  const { x, y } = data as { x: Tensors; y: Tensors };
  const rows = rowCount(y);
  const used = rows - rows % multiple;
  if (used === 0) {
    throw new RangeError(
      `Cannot ${action} as data must fill a step of ${multiple} rows where dropLast is true: ` +
        `current number of rows is ${rows}`,
    );
  }
  const isBig = [...tensorList(x), ...tensorList(y)].some(exceedsBinding);
  const batchSize = options.batchSize ?? (isBig ? HOST_ROWS : rows);
  const orderOf = seed === undefined ? () => undefined : epochOrders(rows, seed);

  return async function* (epoch) {
    const all = rowBatch(data, "data", action); // it may have been disposed since
    const sources = sourcesOf(all, action);
    const order = orderOf(epoch);
    const indices = order && tf.tensor1d(order, "int32");
    try {
      for (const source of sources.values()) await source.begin(order, indices);
      indices?.dispose();
      for (let start = 0; start < used; start += batchSize) {
        const size = Math.min(batchSize, used - start);
        const part = (value: Tensors) =>
          mapTensors(value, (tensor) => sources.get(tensor)!.part(start, size));
        const batch = mapBatch(all, part);
        try {
          yield batch;
        } finally {
          tf.dispose(batch as unknown as tf.TensorContainer);
        }
      }
    } finally {
      indices?.dispose();
      for (const source of sources.values()) source.end();
      freeMade(all, data);
    }
  };
}

function sourcesOf({ x, y, weights, mask }: RowBatch, action: string) {
  const named = [
    ...namedTensors(x, "data.x"),
    ...namedTensors(y, "data.y"),
    ...namedTensors([...weights ? [weights] : [], ...mask ? [mask] : []], "data.weights or mask"),
  ];
  return new Map(named.map(([name, tensor]) => [tensor, rowSource(tensor, name, action)]));
}

function mapBatch({ x, y, weights, mask }: RowBatch, part: (value: Tensors) => Tensors): RowBatch {
  return {
    x: part(x),
    y: part(y),
    ...(weights && { weights: part(weights) as tf.Tensor }),
    ...(mask && { mask: part(mask) as tf.Tensor }),
  };
}
