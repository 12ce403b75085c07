/**
 * Batches of the rows of tensors, shuffled anew each epoch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Data } from "./data.ts";
import type { BatchOptions, Epochs, Share } from "./epochs.ts";
import { epochOrders } from "./epoch_orders.ts";
import { freeMade, type RowBatch, rowBatch } from "./row_batch.ts";
import { exceedsBinding, rowSource } from "./row_source.ts";
import { mapTensors, namedTensors, rowCount, tensorList, type Tensors } from "./tensors.ts";

/** Rows that are read at once where all would exceed the device's limit. */
const HOST_ROWS = 1024;

/** Splits checked data. */
export function splitRows(data: Data<Tensors, Tensors>, options: BatchOptions): Epochs {
  const { seed, multiple, action, share } = options;
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
      for (let start = 0, at = 0; start < used; start += batchSize, at++) {
        if (share?.of === "batches" && at % share.size !== share.rank) continue;
        const size = Math.min(batchSize, used - start);
        const part = (from: number, count: number) => (value: Tensors) =>
          mapTensors(value, (tensor) => sources.get(tensor)!.part(start + from, count));
        const batch = share?.of === "rows"
          ? ownPart(all, size, share, part)
          : mapBatch(all, part(0, size));
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

/** A rank's rows of a batch, and the labels of all of it. */
function ownPart(
  all: RowBatch,
  size: number,
  share: Share,
  part: (from: number, count: number) => (value: Tensors) => Tensors,
): RowBatch {
  const [from, to] = [share.rank, share.rank + 1].map((r) => Math.floor(r * size / share.size));
  const borrowed = from === to;
  const { y, mask } = all;
  const whole = part(0, size);
  return {
    ...mapBatch(all, borrowed ? part(0, 1) : part(from!, to! - from!)),
    whole: { y: whole(y), ...(mask && { mask: whole(mask) as tf.Tensor }) },
    ...(borrowed && { borrowed }),
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
