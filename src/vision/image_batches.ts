/**
 * Pictures for the trainer: files in, normalized batches out.
 *
 * @module
 */
import type { Batch } from "../train/data.ts";
import { epochBatches } from "./pictures/epoch_batches.ts";
import { checkEpoch, imageSet } from "./pictures/image_set.ts";

/** A picture and what is to be learned of it. */
export interface ImageItem {
  /** The path of a JPEG or PNG file. */
  readonly path: string;
  /** Its label, or several: as many for each item. */
  readonly label: number | readonly number[];
  /** What it weighs; for all items or none. It comes to the loss, which has to use it. */
  readonly weight?: number | undefined;
}

/** What chance does to pictures in training. */
export interface ImageAugmentation {
  /** Black pixels on each side, from which the old size is cut at random. Default 16. */
  readonly padding?: number | undefined;
  /** The probability that a picture is mirrored, left for right. Default 0.5. */
  readonly flip?: number | undefined;
}

/** What {@linkcode imageBatches} takes. */
export interface ImageBatchesOptions {
  /** The pictures, one at least. */
  readonly items: readonly ImageItem[];
  /** Pixels that all are brought to, of both sides or `[height, width]`, whatever their aspect. */
  readonly size: number | readonly [height: number, width: number];
  /** Pictures a batch; the last may have fewer. */
  readonly batchSize: number;
  /** Default none, as for tests; `{}` is what is usual in training. */
  readonly augment?: ImageAugmentation | undefined;
  /** Per channel, red, green, blue, of values from 0 to 1. Default `[0.5, 0.5, 0.5]`. */
  readonly mean?: readonly [number, number, number] | undefined;
  /** What the difference to the mean is divided by. Default `[0.5, 0.5, 0.5]`. */
  readonly deviation?: readonly [number, number, number] | undefined;
  /** Whether each epoch has an order of its own. Default where `augment` is given. */
  readonly shuffle?: boolean | undefined;
  /** An integer from 0 to 2^32 - 1 that order and augmentation follow from. Default 0. */
  readonly seed?: number | undefined;
  /** How many batches are read while one is used. Default 2. */
  readonly ahead?: number | undefined;
  /**
   * What becomes of a file that is missing or damaged: `"error"`, the default, ends the epoch with
   * an error that names it; `"skip"` leaves it out and notes it in
   * {@linkcode ImageBatches.skipped}.
   */
  readonly unreadable?: "error" | "skip" | undefined;
  /**
   * `"sharp"`: several threads; needs FFI. `"wasm"`: needs none, knows no CMYK. They differ by 2 in
   * a byte at most. Default `"auto"`: sharp where it is installed and permitted.
   */
  readonly decoder?: "auto" | "sharp" | "wasm" | undefined;
}

/** Makes the batches of an epoch, by default of epoch 0; what comes can be gone through again. */
export interface ImageBatches {
  (epoch?: number): AsyncIterable<Batch>;
  /** The paths of files that were left out up to now, each with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Batches of JPEG and PNG files, for `train`, as data or to validate by, and for `evaluate`.
 *
 * A file is decoded and brought to `size` on the host, by bilinear weights that are widened where
 * it shrinks: to one byte what Pillow gives, but for the outermost pixels, as the border goes on
 * outside here; from a factor of 4 on, means of pixels are taken before, as libvips does.
 * Gray becomes three equal channels, alpha and color profiles are passed over, a JPEG is
 * turned as its EXIF says. The bytes go to the device, four a word, where one dispatch cuts,
 * mirrors and normalizes them: `(byte / 255 - mean) / deviation`, the same bits on every backend.
 *
 * An epoch's order, cuts and mirrorings follow from `seed` and its number alone, whatever was made
 * before: a run that is resumed sees what it would have seen.
 *
 * In Deno, pictures need `--allow-read`, sharp also `--allow-ffi` and `--allow-env`. It, or
 * `@jsquash/jpeg`, is loaded when the first batch is asked for. sharp's cache and its threads
 * within one picture are turned off, for the whole process.
 *
 * @param options See {@linkcode ImageBatchesOptions}.
 * @returns A function of the epoch's number, for `train({ data })`. Its batches are `x [N, height,
 * width, 3]`, float32, and `y [N, 1]`, or as many columns as there are labels an item, with
 * `weights [N]` where items have them. They free a batch's tensors when the next is asked for.
 * Going through them throws an `Error` if a file cannot be read or there is no decoder, and a
 * `RangeError` if a batch exceeds what the device can bind: its message has the size that fits.
 * @throws {TypeError} If an option is of the wrong kind or not known, or labels are not alike.
 * @throws {RangeError} If an option is out of its domain.
 *
 * @example Two batches of a folder
 * ```ts
 * import "@tensorflow/tfjs"; // its backends
 * import { imageBatches } from "@balanced/mse/vision";
 * import { encode } from "fast-png";
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const items = [20, 35, 70].map((label) => ({ path: `${dir}/${label}.png`, label }));
 * const [width, height, channels] = [9, 7, 3] as const;
 * for (const { path } of items) {
 *   const data = new Uint8Array(width * height * channels).fill(255);
 *   await Deno.writeFile(path, encode({ width, height, channels, data }));
 * }
 *
 * const batches = imageBatches({ items, size: 4, batchSize: 2 });
 * const shapes: number[][] = [];
 * for await (const { x, y } of batches()) shapes.push(x.shape, y.shape);
 * assertEquals(shapes, [[2, 4, 4, 3], [2, 1], [1, 4, 4, 3], [1, 1]]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export function imageBatches(options: ImageBatchesOptions): ImageBatches {
  const set = imageSet(options);
  const skipped = new Map<string, string>();
  const batches = (epoch = 0): AsyncIterable<Batch> => {
    checkEpoch(epoch);
    return { [Symbol.asyncIterator]: () => epochBatches(set, epoch, skipped) };
  };
  return Object.assign(batches, { skipped });
}
