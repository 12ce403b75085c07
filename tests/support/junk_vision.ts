/** Rows of the junk table: pictures. */
import { imageBatches, type ImageBatchesOptions } from "../../src/vision/mod.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONAL: readonly Kind[] = ["undefined"];
const BOOLEAN: readonly Kind[] = ["undefined", "true"];

const items =
  () => [{ path: "a.jpg", label: 1, weight: 2 }, { path: "b.jpg", label: 3, weight: 4 }];

/** Rows by export. No file is opened before batches are asked for. */
export const VISION_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  imageBatches: [{
    args: () => ({
      options: {
        items: items(),
        size: 8,
        batchSize: 2,
        augment: { padding: 1, flip: 0.25 },
        mean: [0, 0, 0],
        deviation: [1, 1, 1],
        shuffle: false,
        seed: 1,
        ahead: 1,
        unreadable: "skip",
        decoder: "wasm",
      } satisfies Record<keyof ImageBatchesOptions, unknown>,
    }),
    takes: {
      "options.augment": ["undefined", "object"],
      "options.augment.padding": ["undefined", "zero"],
      "options.augment.flip": ["undefined", "zero", "tiny"],
      "options.mean": OPTIONAL,
      "options.deviation": OPTIONAL,
      "options.shuffle": BOOLEAN,
      "options.seed": ["undefined", "zero"],
      "options.ahead": ["undefined", "zero"],
      "options.unreadable": OPTIONAL,
      "options.decoder": OPTIONAL,
    },
  }, {
    args: () => ({ epoch: 1 }),
    call: (epoch: number) => imageBatches({ items: items(), size: 8, batchSize: 2 })(epoch),
    takes: { epoch: ["undefined", "zero"] },
  }, {
    args: () => ({ item: items()[0] }),
    call: (item: ImageBatchesOptions["items"][0]) =>
      imageBatches({ items: [...items(), item], size: 8, batchSize: 2 }),
    words: ["items"],
    takes: {
      "item.path": ["text", "digit"],
      "item.label": ["zero", "negative", "fraction"],
      "item.weight": ["zero", "fraction"],
    },
  }, {
    args: () => ({ height: 2, width: 3, mean: 0.5, deviation: 0.1 }),
    call: (height: number, width: number, mean: number, deviation: number) =>
      imageBatches({
        ...{ items: items(), size: [height, width], batchSize: 2 },
        ...{ mean: [0, 0, mean], deviation: [1, 1, deviation] },
      }),
    words: ["size"],
    takes: { mean: ["zero", "negative", "fraction"], deviation: ["fraction"] },
  }],
};
