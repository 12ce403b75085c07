/**
 * Batches of features for the trainer. They come from the host's memory, as all of them may be more
 * than a device binds.
 */
import type { Batch } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Features } from "./bottleneck.ts";

/** Features and the ages of their pictures, row by row. */
export interface LabelledFeatures extends Features {
  readonly ages: Float32Array;
}

/** Shuffled batches of an epoch; the seed and the epoch alone decide the order. */
export function shuffledBatches(
  data: LabelledFeatures,
  batchSize: number,
  seed: number,
): (epoch: number) => Generator<Batch> {
  return (epoch) => batchesIn(orderOf(data.ages.length, seed, epoch), data, batchSize);
}

/** Batches in the order of the rows. */
export function batchesInOrder(data: LabelledFeatures, batchSize: number): () => Generator<Batch> {
  const order = Uint32Array.from(data.ages.keys());
  return () => batchesIn(order, data, batchSize);
}

function* batchesIn(
  order: Uint32Array,
  { values, dim, ages }: LabelledFeatures,
  batchSize: number,
): Generator<Batch> {
  for (let start = 0; start < order.length; start += batchSize) {
    const rows = order.subarray(start, start + batchSize);
    const x = new Float32Array(rows.length * dim);
    rows.forEach((row, i) => x.set(values.subarray(row * dim, (row + 1) * dim), i * dim));
    const y = Float32Array.from(rows, (row) => ages[row]!);
    const batch = { x: tf.tensor2d(x, [rows.length, dim]), y: tf.tensor2d(y, [rows.length, 1]) };
    try {
      yield batch;
    } finally {
      tf.dispose([batch.x, batch.y]);
    }
  }
}

/** Fisher and Yates. */
function orderOf(rows: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  // Odd factors, so that neighboring seeds and epochs start far apart.
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(epoch, 0x85ebca6b));
  for (let i = 0; i < 64; i++) generator.next(); // its first numbers resemble each other
  for (let i = rows - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
