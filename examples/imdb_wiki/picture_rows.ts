/** What a network makes of pictures at inference, picture by picture. */
import type { LayersModel, Tensor } from "@balanced/mse";
import { imageBatches, type ImageItem } from "@balanced/mse/vision";
import * as tf from "@tensorflow/tfjs";
import type { PictureProgress } from "../support/picture_progress.ts";
import { saySkipped } from "./say_skipped.ts";

/** How pictures are looked at. */
export interface Look {
  /** Pixels a side, and pictures at once. */
  readonly size: number;
  readonly batch: number;
  /** Whether pictures that cannot be read become rows of NaN; else the first is an error. */
  readonly skipUnreadable: boolean;
  readonly progress?: PictureProgress;
}

/** Batches between which it is settled which pictures could be read. */
const BATCHES = 16;

/**
 * The model's output row by row, in the pictures' order, some pictures at a time; not augmented.
 *
 * @param first The first picture's number; those before are passed over.
 */
export async function* pictureRows(
  model: LayersModel,
  items: readonly ImageItem[],
  { size, batch, skipUnreadable, progress }: Look,
  first = 0,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const dim = model.outputShape[1] as number;
  const unreadable = skipUnreadable ? "skip" : "error";
  const skipped: ReadonlyMap<string, string>[] = [];
  for (let start = first; start < items.length; start += BATCHES * batch) {
    const part = items.slice(start, start + BATCHES * batch);
    const batches = imageBatches({ items: part, size, batchSize: batch, unreadable });
    skipped.push(batches.skipped);
    const rows: Float32Array[] = [];
    let done = start;
    for await (const { x } of batches()) {
      const output = tf.tidy(() => model.predict(x as Tensor) as Tensor);
      rows.push(await output.data() as Float32Array);
      output.dispose();
      done += x.shape[0]!;
      await progress?.update(done, x.shape[0]!);
    }
    yield inPlace(rows, part.map(({ path }) => batches.skipped.has(path)), dim);
  }
  saySkipped(...skipped);
}

/** The rows in the places of their pictures, NaN where there is none. */
function inPlace(
  rows: readonly Float32Array[],
  skipped: readonly boolean[],
  dim: number,
): Float32Array<ArrayBuffer> {
  const all = new Float32Array(skipped.length * dim).fill(NaN);
  const numbers = rows.flatMap((some) =>
    Array.from({ length: some.length / dim }, (_, i) => some.subarray(i * dim, (i + 1) * dim))
  );
  let next = 0;
  skipped.forEach((isSkipped, i) => {
    if (!isSkipped) all.set(numbers[next++]!, i * dim);
  });
  return all;
}
