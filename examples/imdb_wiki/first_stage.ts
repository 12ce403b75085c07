/** The first stage: the whole network learns by L1, from scratch. */
import { maeLoss, steps, type Tensor, train } from "@balanced/mse";
import { imageBatches, type ImageItem } from "@balanced/mse/vision";
import * as tf from "@tensorflow/tfjs";
import { checkBatch } from "../support/check_batch.ts";
import type { Objective } from "../support/objective.ts";
import { PictureProgress } from "../support/picture_progress.ts";
import { agesOf } from "./ages_of.ts";
import { VANILLA } from "./criteria.ts";
import { logOf } from "./log_of.ts";
import { type AgeNetwork, ageNetwork, type NetworkOptions } from "./network.ts";
import type { Options } from "./options.ts";
import { saySkipped } from "./say_skipped.ts";
import { Stopwatch } from "./stopwatch.ts";
import { torchAdam } from "./torch_adam.ts";
import { weighted } from "./weighted.ts";

/** What is learned from. */
export interface Pictures {
  readonly train: readonly ImageItem[];
  readonly val: readonly ImageItem[];
}

/** A trained network and what it took. */
export interface FirstStage {
  readonly network: AgeNetwork;
  /** Of all calls, if it was killed. */
  readonly seconds: number;
  /** Training pictures of this call, a second; null if it had none left to see. */
  readonly picturesPerSecond: number | null;
}

/** Trains; the network ends with the weights of its best epoch by the validation MAE. */
export async function firstStage(
  looks: NetworkOptions,
  { train: given, val }: Pictures,
  options: Options,
  folder: string,
): Promise<FirstStage> {
  const { protocol, log } = options;
  const { batch, microBatch, epochs, rate, drops, dropFactor } = protocol;
  const items = trainable(given, looks, microBatch);
  const network = ageNetwork(looks);
  const { model, smoothing } = network;
  checkBatch(model, microBatch, "micro-batch");
  const objective = await objectiveOf(items, options);
  const { training, validation } = batchesOf(items, val, options);
  const optimizer = torchAdam(rate);
  const progress = new PictureProgress({ name: "Stage 1", pictures: items.length, epochs });
  const watch = await Stopwatch.open(`${folder}/seconds.json`);
  try {
    await train({
      model,
      loss: objective.loss,
      data: training,
      epochs,
      accumulate: batch / microBatch,
      optimizer,
      schedule: steps({ at: drops, factor: dropFactor }),
      validation: {
        data: validation,
        metrics: { mae: (pred: Tensor, age: Tensor) => tf.mean(tf.abs(tf.sub(pred, age))) },
      },
      restoreBest: true,
      checkpoint: { dir: `${folder}/checkpoints`, resume: true },
      ...(log && { log: logOf(log, VANILLA.id) }),
      callbacks: {
        onStep: (step, epoch) => progress.update((step + 1) * batch, batch, epoch),
        onEpochDone: () => smoothing?.endEpoch(),
        onEpochEnd: async ({ epoch, loss, metrics }) => {
          await watch.note();
          progress.epochEnd(epoch, { loss, ...metrics });
        },
      },
    });
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    progress.stop();
    optimizer.dispose();
    objective.dispose?.();
  }
  saySkipped(training.skipped, validation.skipped);
  const { pictures: seen } = progress;
  return {
    network,
    seconds: watch.seconds,
    picturesPerSecond: seen > 0 ? seen / progress.seconds : null,
  };
}

/** The last convolutions may see one value a channel of a picture: one alone has no variance. */
function trainable(
  items: readonly ImageItem[],
  { size, blocks }: NetworkOptions,
  microBatch: number,
): readonly ImageItem[] {
  const isPoint = size <= 2 ** (blocks.length + 1);
  if (!isPoint || items.length % microBatch !== 1) return items;
  console.error("Left out in training, as a batch of one cannot be normalized: 1 picture.");
  return items.slice(0, -1);
}

/** L1, weighed where that is asked for. */
function objectiveOf(
  items: readonly ImageItem[],
  { protocol, reweight, lds }: Options,
): Objective | Promise<Objective> {
  if (reweight === "none") return { loss: maeLoss };
  return weighted(agesOf(items), {
    scheme: reweight,
    ...(reweight === "inverse" && { clip: protocol.clip as [number, number] }),
    ...(lds && { lds: { size: protocol.kernelSize, sigma: protocol.kernelSigma } }),
  });
}

/** Pictures as they come to training, by chance, and to validation. */
function batchesOf(
  items: readonly ImageItem[],
  val: readonly ImageItem[],
  { protocol: { size, padding, microBatch }, skipUnreadable, seed }: Options,
) {
  const pictures = { size, batchSize: microBatch, ...(skipUnreadable && SKIP) };
  return {
    training: imageBatches({ ...pictures, items, augment: { padding }, seed }),
    validation: imageBatches({ ...pictures, items: val }),
  };
}

const SKIP = { unreadable: "skip" } as const;
