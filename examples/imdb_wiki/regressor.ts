/** The second stage: a criterion trains the regressor, all else is frozen. */
import {
  adam,
  balancedMeanAbsoluteError,
  type Batches,
  type LayersModel,
  meanAbsoluteError,
  train,
} from "@balanced/mse";
import { PictureProgress } from "../support/picture_progress.ts";
import type { Criterion, Task } from "./criteria.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How the regressor is trained. */
export interface HeadPlan {
  readonly epochs: number;
  /** Adam's rate, and that of sigma, in years a step. */
  readonly rate: number;
  readonly sigmaRate: number;
  /** Rows a batch, and how many batches make a step. */
  readonly batch: number;
  readonly accumulate: number;
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
  /** Layers to train; all weights that are trainable where absent. */
  readonly trainable?: string;
  /** Rows of an epoch. */
  readonly rows: number;
  readonly train: (epoch: number) => Batches;
  readonly validation: () => Batches;
}

/** How it went. */
export interface HeadRun {
  /** In the chosen epoch, in years; null where the criterion has none. */
  readonly sigma: number | null;
  readonly seconds: number;
}

/** PyTorch's Adam. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** An optimizer as the authors have it. */
export function torchAdam(rate: number): ReturnType<typeof adam> {
  return adam(rate, BETA1, BETA2, EPSILON);
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
  const { rows } = data;
  const count = { name: criterion.name, pictures: rows, epochs: plan.epochs };
  const progress = new PictureProgress(count);
  const watch = await Stopwatch.open(`${plan.folder}/seconds.json`);
  const step = plan.batch * plan.accumulate;
  try {
    await train({
      model: data.model,
      ...(data.trainable && { trainable: data.trainable }),
      loss,
      data: data.train,
      epochs: plan.epochs,
      accumulate: plan.accumulate,
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
