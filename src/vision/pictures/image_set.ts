/**
 * Pictures and how they are made batches of, checked, with what is not said filled in.
 *
 * @module
 */
import { checkArray } from "../../check/check_array.ts";
import { checkBoolean } from "../../check/check_boolean.ts";
import { checkChoice } from "../../check/check_choice.ts";
import { checkNumber, type NumberRule } from "../../check/check_number.ts";
import { checkOptions } from "../../check/check_options.ts";
import { shown } from "../../check/shown.ts";
import { checkPath } from "../../files/check_path.ts";
import type { ImageBatchesOptions } from "../image_batches.ts";
import { byteTable } from "./augment.ts";
import { type DecoderName, DECODERS, type Size } from "./decoder.ts";

/** See {@linkcode ImageBatchesOptions}. */
export interface ImageSet {
  readonly paths: readonly string[];
  /** `[count, columns]`. */
  readonly labels: Float32Array;
  readonly columns: number;
  readonly weights: Float32Array | undefined;
  readonly size: Size;
  readonly batchSize: number;
  readonly padding: number;
  readonly flip: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly ahead: number;
  readonly skips: boolean;
  readonly decoder: DecoderName;
  /** `[3, 256]`: what a byte becomes. */
  readonly table: Float32Array;
}

const CLAIM = "Cannot make batches of pictures";
const NAMES = [
  ...["items", "size", "batchSize", "augment", "mean", "deviation", "shuffle", "seed", "ahead"],
  ...["unreadable", "decoder"],
];
/** Whole numbers of 32 bits. */
const WORD: NumberRule = { whole: true, least: 0, most: 2 ** 32 - 1 };
const PIXELS: NumberRule = { whole: true, least: 1, most: 2 ** 14 };

/** Throws unless it is the number of an epoch. */
export function checkEpoch(epoch: unknown): void {
  checkNumber(epoch, "epoch", CLAIM, WORD);
}

/** Checks all that there is to check before a file is opened. */
export function imageSet(options: ImageBatchesOptions): ImageSet {
  checkOptions(options, NAMES, CLAIM);
  const { items, size, batchSize, augment } = options;
  const { shuffle = augment !== undefined, seed = 0, ahead = 2 } = options;
  const { unreadable = "error", decoder = "auto" } = options;
  const { mean = [0.5, 0.5, 0.5], deviation = [0.5, 0.5, 0.5] } = options;
  const sides = Array.isArray(size) ? size : [size, size];
  if (sides.length !== 2) {
    throw new TypeError(
      `${CLAIM} as size must be a number or [height, width]: current value is ${shown(size)}`,
    );
  }
  for (const side of sides) checkNumber(side, "size", CLAIM, PIXELS);
  checkNumber(batchSize, "batchSize", CLAIM, { whole: true, least: 1 });
  if (augment !== undefined) checkOptions(augment, ["padding", "flip"], CLAIM, "augment");
  const { padding = 16, flip = 0.5 } = augment ?? { padding: 0, flip: 0 };
  checkNumber(padding, "augment.padding", CLAIM, { ...PIXELS, least: 0 });
  checkNumber(flip, "augment.flip", CLAIM, { least: 0, most: 1 });
  checkChannels(mean, "mean", {});
  checkChannels(deviation, "deviation", { above: 0 });
  const table = byteTable(mean, deviation);
  if (!table.every(Number.isFinite)) {
    throw new RangeError(
      `${CLAIM} as (1 - mean) / deviation must be finite in float32: current values are ` +
        `${shown(mean)} and ${shown(deviation)}`,
    );
  }
  checkBoolean(shuffle, "shuffle", CLAIM);
  checkNumber(seed, "seed", CLAIM, WORD);
  checkNumber(ahead, "ahead", CLAIM, { whole: true, least: 0 });
  checkChoice(unreadable, "unreadable", ["error", "skip"], CLAIM);
  checkChoice(decoder, "decoder", DECODERS, CLAIM);
  return {
    ...itemColumns(items),
    size: [sides[0]!, sides[1]!],
    ...{ batchSize, padding, flip, shuffle, seed, ahead, decoder },
    skips: unreadable === "skip",
    table,
  };
}

function checkChannels(value: unknown, name: string, rule: NumberRule): void {
  checkArray(value, name, CLAIM);
  if (value.length !== 3) {
    throw new TypeError(
      `${CLAIM} as ${name} must have 3 numbers, one a channel: current value is ${shown(value)}`,
    );
  }
  value.forEach((number, k) =>
    checkNumber(number, `${name}[${k}]`, CLAIM, { float32: true, ...rule })
  );
}

/** The items, column by column. */
function itemColumns(items: unknown): Pick<ImageSet, "paths" | "labels" | "columns" | "weights"> {
  checkArray(items, "items", CLAIM);
  if (items.length === 0) {
    throw new RangeError(`${CLAIM} as items must not be empty: current number is 0`);
  }
  const paths: string[] = [];
  const labels: number[] = [];
  const weights: number[] = [];
  let columns = 0;
  items.forEach((item: unknown, i) => {
    const name = `items[${i}]`;
    checkOptions(item, ["path", "label", "weight"], CLAIM, name);
    const { path, label, weight } = item as Record<string, unknown>;
    checkPath(path, `${CLAIM} as ${name}.path`);
    paths.push(path);
    const own: unknown[] = Array.isArray(label) ? label : [label];
    own.forEach((one) => checkNumber(one, `${name}.label`, CLAIM, { float32: true }));
    if (i === 0) columns = own.length;
    if (own.length !== columns || columns === 0) {
      throw new TypeError(
        `${CLAIM} as ${name}.label must be as many numbers as for the others, at least one: ` +
          `current number is ${own.length}${i === 0 ? "" : `, of items[0] ${columns}`}`,
      );
    }
    labels.push(...own as number[]);
    if (weight !== undefined || weights.length > 0) {
      checkNumber(weight, `${name}.weight`, CLAIM, { least: 0, float32: true });
      if (weights.push(weight) <= i) {
        throw new TypeError(
          `${CLAIM} as all items must have a weight where ${name} has: current value of ` +
            `items[0].weight is undefined`,
        );
      }
    }
  });
  return {
    paths,
    labels: Float32Array.from(labels),
    columns,
    weights: weights.length > 0 ? Float32Array.from(weights) : undefined,
  };
}
