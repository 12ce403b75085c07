/** The experiment: both stages, or one of them, and the scores of every network. */
import type { LayersModel } from "@balanced/mse";
import { checkBatch } from "../support/check_batch.ts";
import type { AgeData } from "./age_data.ts";
import { type AgeFeatures, ageFeatures } from "./age_features.ts";
import { agesOf } from "./ages_of.ts";
import { type Criterion, type Task, VANILLA } from "./criteria.ts";
import { scoresOf } from "./evaluation.ts";
import { keptTrial } from "./kept_trial.ts";
import { linearHead } from "./linear_head.ts";
import { logOf } from "./log_of.ts";
import { HEAD, trunkOf } from "./network.ts";
import { onFeatures, predictAges } from "./on_features.ts";
import { onPictures } from "./on_pictures.ts";
import type { Options } from "./options.ts";
import type { HeadPlan } from "./regressor.ts";
import type { Result } from "./result.ts";
import { type Start, startOf } from "./start.ts";
import type { Trial, Try } from "./trial.ts";

/** What all came to. */
export interface Outcome {
  /** Vanilla first, then the criteria of the second stage. */
  readonly results: readonly Result[];
  readonly trainAges: Float32Array;
  readonly testAges: Float32Array;
  /** In training, else in looking at pictures; null where this call saw none. */
  readonly picturesPerSecond: number | null;
}

/** Runs, or goes on with, what the options ask for. */
export async function runExperiment(options: Options, data: AgeData): Promise<Outcome> {
  const { out, protocol, stages, criteria, skipUnreadable } = options;
  const start = await startOf(options, data);
  const { model } = await start.load();
  checkBatch(model, protocol.microBatch, "micro-batch");
  const trunk = trunkOf(model);
  const look = { size: protocol.size, batch: protocol.microBatch, skipUnreadable };
  const features = (split: "train" | "val" | "test") =>
    ageFeatures(trunk, data[split], split, `${out}/features`, look);
  const test = await features("test");
  const trainAges = agesOf(data.train);
  const pictures = {
    paths: test.items.map(({ path }) => path.slice(options.data.length + 1)),
    ages: test.ages,
  };
  const results: Result[] = [];
  const add = async ({ id, name }: Pick<Criterion, "id" | "name">, make: () => Promise<Trial>) => {
    const trial = await keptTrial(out, id, pictures, make);
    const scores = await scoresOf(trainAges, test.ages, trial.predictions, protocol);
    results.push({ id, name, scores, ...trial });
  };

  await add(VANILLA, () => vanilla(model, test, start));
  if (stages.includes(2)) {
    const task = taskOf(options, trainAges);
    const { batchStatistics } = options;
    const load = () => start.load({ batchStatistics });
    const attempt: Try = options.augment
      ? onPictures(data, test.items, task, load, options)
      : onFeatures(
        { train: await features("train"), val: await features("val"), test },
        task,
        { batch: protocol.headBatch, seed: options.seed },
      );
    for (const criterion of criteria) {
      await add(criterion, () => attempt(criterion, planOf(options, criterion.id)));
    }
  }
  model.dispose();
  const picturesPerSecond = start.picturesPerSecond ?? test.picturesPerSecond;
  return { results, trainAges, testAges: test.ages, picturesPerSecond };
}

/** The first stage's own regressor. */
async function vanilla(model: LayersModel, test: AgeFeatures, { seconds }: Start): Promise<Trial> {
  const head = linearHead(test.dim, 0);
  try {
    head.setWeights(model.getLayer(HEAD).getWeights());
    return { predictions: await predictAges(head, test), sigma: null, seconds };
  } finally {
    head.dispose();
  }
}

function taskOf({ protocol, learnsSigma }: Options, ages: Float32Array): Task {
  const { sigma, components, kernelSize, kernelSigma, clip } = protocol;
  const smoothing = { size: kernelSize, sigma: kernelSigma };
  return { ages, sigma, learnsSigma, components, smoothing, clip: clip as [number, number] };
}

function planOf({ protocol, select, out, log }: Options, id: string): HeadPlan {
  const { headEpochs, headRate, sigmaRate } = protocol;
  const folder = `${out}/stage2/${id}`;
  return {
    ...{ epochs: headEpochs, rate: headRate, sigmaRate, select, folder },
    ...(log !== undefined && { log: logOf(log, id) }),
  };
}
