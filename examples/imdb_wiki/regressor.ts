/** The second stage: a criterion trains the regressor, all else is frozen. */
import {
  balancedMeanAbsoluteError,
  type Batches,
  type LayersModel,
  meanAbsoluteError,
  train,
} from "@balanced/mse";
import { PictureProgress } from "../support/picture_progress.ts";
import type { Criterion, Task } from "./criteria.ts";
import { Stopwatch } from "./stopwatch.ts";
import { torchAdam } from "./torch_adam.ts";

/** How the regressor is trained. */
export interface HeadPlan {
  readonly epochs: number;
  /** Adam's rate, and that of sigma, in years a step. */
  readonly rate: number;
  readonly sigmaRate: number;
  /** What decides which epoch is best. */
  readonly select: "bMae" | "mae";
  /** Where the run is saved, to go on after it was killed. */
  readonly folder: string;
  /** A file for the history. */
  readonly log?: string | undefined;
}

/** What is trained, on what. */
export interface HeadData {
  readonly model: LayersModel;
  /** The layer to train; all of the model where absent. */
  readonly trainable?: string;
  /** Rows of an epoch, and of a step; the batches that make a step. */
  readonly rows: number;
  readonly step: number;
  readonly accumulate: number;
  readonly train: (epoch: number) => Batches;
  readonly validation: () => Batches;
}

/** How it went. */
export interface HeadRun {
  /** In the chosen epoch, in years; null where the criterion has none. */
  readonly sigma: number | null;
  readonly seconds: number;
}

/** Trains; the model ends with the weights of its best epoch. */
export async function trainRegressor(
  criterion: Criterion,
  task: Task,
  data: HeadData,
  plan: HeadPlan,
): Promise<HeadRun> {
  const objective = await criterion.prepare(task);
  const { loss, noise } = objective;
  const optimizer = torchAdam(plan.rate);
  // Ours learns the logarithm of sigma: near where it starts, steps of that are steps of sigma over
  // sigma.
  const noiseOptimizer = noise && torchAdam(plan.sigmaRate / task.sigma);
  const { rows, step, accumulate } = data;
  const count = { name: criterion.name, pictures: rows, epochs: plan.epochs };
  const progress = new PictureProgress(count);
  const watch = await Stopwatch.open(`${plan.folder}/seconds.json`);
  try {
    await train({
      model: data.model,
      ...(data.trainable && { trainable: data.trainable }),
      loss,
      data: data.train,
      epochs: plan.epochs,
      accumulate,
      optimizer,
      ...(noise && noiseOptimizer && { noise: { model: noise, optimizer: noiseOptimizer } }),
      validation: {
        data: data.validation,
        metrics: { bMae: balancedMeanAbsoluteError, mae: meanAbsoluteError },
        monitor: plan.select,
      },
      restoreBest: true,
      checkpoint: { dir: `${plan.folder}/checkpoints`, resume: true },
      ...(plan.log && { log: plan.log }),
      callbacks: {
        onStep: (k, epoch) => progress.update((k + 1) * step, step, epoch),
        onEpochEnd: async ({ epoch, loss, metrics }) => {
          await watch.note();
          progress.epochEnd(epoch, { loss, ...metrics });
        },
      },
    });
    const held = criterion.hasNoise ? task.sigma : null;
    return { sigma: await noise?.sigma() ?? held, seconds: watch.seconds };
  } finally {
    progress.stop();
    for (const owner of [noise, optimizer, noiseOptimizer]) owner?.dispose();
    objective.dispose?.();
  }
}
