/**
 * The batches of an epoch: some are read while one is used.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../train/data.ts";
import { augment, pictureBytes } from "./augment.ts";
import { bounded } from "./bounded.ts";
import { type Decode, findDecoder } from "./decoder.ts";
import { type EpochPlan, epochPlan } from "./epoch_plan.ts";
import type { ImageSet } from "./image_set.ts";
import { readPicture } from "./read_picture.ts";

/** Pictures read at once, a thread: some threads wait for the disk. */
const PER_THREAD = 2;

/** A batch's pictures as they are read; undefined: left out. */
type Read = readonly (Uint8Array | undefined)[];

/** Makes an epoch's batches, and notes what is left out. */
export async function* epochBatches(
  set: ImageSet,
  epoch: number,
  skipped: Map<string, string>,
): AsyncGenerator<Batch> {
  const decode = await findDecoder(set.decoder);
  const { paths: { length: count }, batchSize, ahead } = set;
  const plan = epochPlan({ ...set, count, epoch });
  const reading = new AbortController();
  const read = reader(set, plan, decode, skipped, reading.signal);
  const queue: Promise<Read>[] = [];
  let made = 0;
  try {
    for (let start = 0, next = 0; start < count; start += batchSize) {
      for (; next < count && next <= start + ahead * batchSize; next += batchSize) {
        const batch = read(next);
        batch.catch(() => {}); // told when its turn comes
        queue.push(batch);
      }
      const pictures = await queue.shift()!;
      if (pictures.every((picture) => picture === undefined)) continue;
      const batch = batchOf(set, plan, start, pictures);
      made++;
      try {
        yield batch;
      } finally {
        tf.dispose(batch as unknown as tf.TensorContainer);
      }
    }
  } finally {
    reading.abort();
    await Promise.allSettled(queue);
  }
  if (made === 0) {
    throw new Error(
      `Cannot make batches of pictures as one at least must be readable: current number left out ` +
        `is ${count}, the first with "${skipped.get(set.paths[0]!)}"`,
    );
  }
}

/** What reads the batch that begins at a place of the order. */
function reader(
  { paths, size, batchSize, skips }: ImageSet,
  { order }: EpochPlan,
  decode: Decode,
  skipped: Map<string, string>,
  signal: AbortSignal,
): (start: number) => Promise<Read> {
  const limited = bounded(PER_THREAD * (globalThis.navigator?.hardwareConcurrency ?? 4));
  const one = async (path: string) => {
    signal.throwIfAborted();
    try {
      return await readPicture(path, size, decode);
    } catch (error) {
      if (!skips) throw error;
      skipped.set(path, (error as Error).message);
      return undefined;
    }
  };
  return async (start) => {
    const rows = [...order.subarray(start, start + batchSize)];
    const results = await Promise.allSettled(
      rows.map((row) => limited(() => one(paths[row]!))),
    );
    // All have ended: the error is that of the first, whichever came first.
    return results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  };
}

/** What is read, as tensors. */
function batchOf(set: ImageSet, plan: EpochPlan, start: number, read: Read): Batch {
  const { size, columns, table } = set;
  const places = [...read.keys()].filter((i) => read[i] !== undefined);
  const count = places.length;
  const bytes = pictureBytes(count, size);
  const cuts = new Int32Array(3 * count);
  places.forEach((place, i) => {
    bytes.set(read[place]!, i * 3 * size[0] * size[1]);
    cuts.set(plan.places.subarray(3 * (start + place), 3 * (start + place + 1)), 3 * i);
  });
  const rows = places.map((place) => plan.order[start + place]!);
  const labels = rows.flatMap((
    row,
  ) => [...set.labels.subarray(row * columns, (row + 1) * columns)]);
  return {
    x: augment({ count, size, bytes, places: cuts, table }),
    y: tf.tensor2d(labels, [count, columns], "float32"),
    ...(set.weights && { weights: tf.tensor1d(rows.map((row) => set.weights![row]!)) }),
  };
}
