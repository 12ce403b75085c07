/**
 * The second stage on augmented pictures, as the authors have it: every criterion goes through all
 * of them anew.
 */
import { imageBatches, type ImageItem } from "@balanced/mse/vision";
import { PictureProgress } from "../support/picture_progress.ts";
import type { AgeData } from "./age_data.ts";
import type { Task } from "./criteria.ts";
import { linearHead } from "./linear_head.ts";
import { type AgeNetwork, HEAD } from "./network.ts";
import type { Options } from "./options.ts";
import { pictureRows } from "./picture_rows.ts";
import { trainRegressor } from "./regressor.ts";
import type { Try } from "./trial.ts";

/**
 * Makes what tries a criterion.
 *
 * @param load Makes the network of the first stage, anew for each criterion.
 * @param test The test pictures that can be read.
 */
export function onPictures(
  { train, val }: Pick<AgeData, "train" | "val">,
  test: readonly ImageItem[],
  task: Task,
  load: () => Promise<AgeNetwork>,
  { protocol, skipUnreadable, seed }: Pick<Options, "protocol" | "skipUnreadable" | "seed">,
): Try {
  const { size, padding, batch, microBatch } = protocol;
  const unreadable = skipUnreadable ? "skip" : "error";
  const pictures = { size, batchSize: microBatch, unreadable } as const;
  return async (criterion, plan) => {
    const { model } = await load();
    try {
      const head = model.getLayer(HEAD);
      const fresh = linearHead(head.getWeights()[0]!.shape[0]!, seed);
      head.setWeights(fresh.getWeights());
      fresh.dispose();
      const run = await trainRegressor(criterion, task, {
        model,
        trainable: HEAD,
        rows: train.length,
        step: batch,
        accumulate: batch / microBatch,
        train: imageBatches({ ...pictures, items: train, augment: { padding }, seed }),
        validation: imageBatches({ ...pictures, items: val }),
      }, plan);
      const name = `${criterion.name}, test`;
      const progress = new PictureProgress({ name, pictures: test.length });
      const look = { size, batch: microBatch, skipUnreadable, progress };
      const rows: Float32Array[] = [];
      for await (const some of pictureRows(model, test, look)) rows.push(some);
      progress.stop();
      return { ...run, predictions: Float32Array.from(rows.flatMap((some) => [...some])) };
    } finally {
      model.dispose();
    }
  };
}
