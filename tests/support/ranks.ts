/** Runs of `train` on several ranks of one process, and what is left of them. */
import * as tf from "@tensorflow/tfjs";
import {
  adam,
  type BatchRows,
  bmcLoss,
  type EpochRecord,
  FeatureSmoothing,
  type Group,
  LabelNoise,
  localGroups,
  meanAbsoluteError,
  mseLoss,
  steps,
  type Tensor,
  train,
  type TrainOptions,
  type TrainResult,
} from "../../mod.ts";
import { normals } from "./cases.ts";

/** Rows of three inputs and a skewed label, some of which do not count. */
export function rankProblem(rows: number, seed = 3) {
  const next = normals(seed);
  const inputs = Array.from({ length: rows }, () => [next(), next(), next()]);
  const labels = inputs.map(([a, b]) => [Math.exp(a! / 2) + 0.2 * b! + 0.1 * next()]);
  const mask = labels.map((_, i) => i % 5 !== 1);
  const weights = labels.map((_, i) => 0.5 + i % 3);
  return { inputs, labels, mask, weights };
}

/** Runs something on each of so many ranks at once; without a group where they are 0. */
export async function onRanks<T>(size: number, run: (group?: Group) => Promise<T>): Promise<T[]> {
  return size === 0
    ? [await run()]
    : await Promise.all(localGroups(size).map((group) => run(group)));
}

/** What a run comes to. */
export interface RankOutcome extends Pick<TrainResult, "bestEpoch" | "stopped"> {
  /** All weights, that of the noise last. */
  readonly weights: number[];
  readonly history: readonly EpochRecord[];
}

/**
 * Trains a network with regularizers, feature smoothing and a learned noise, on rows that weigh and
 * rows that do not count, by clipped gradients of accumulated batches, validated, with patience and
 * the best weights; or as the options say. On other ranks it begins with other weights.
 */
export async function trainAll(
  group: Group | undefined,
  options: Partial<TrainOptions> = {},
  rows = 65,
): Promise<RankOutcome> {
  const { inputs, labels, mask, weights } = rankProblem(rows);
  const [x, y] = [tf.tensor2d(inputs), tf.tensor2d(labels)];
  const rank = group?.rank ?? 0;
  const dense = (units: number, seed: number, more = {}) =>
    tf.layers.dense({
      units,
      kernelInitializer: tf.initializers.heNormal({ seed: seed + 10 * rank }),
      kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.01 }),
      ...more,
    });
  const smoothing = new FeatureSmoothing({ bins: 6 });
  const head = dense(1, 2);
  const model = tf.sequential({
    layers: [dense(6, 1, { activation: "relu", inputShape: [3] }), smoothing, head],
  });
  const noise = new LabelNoise({ sigma: 1 + rank });
  const optimizers = [adam(0.02), tf.train.sgd(0.01)] as const;
  const { history, bestEpoch, stopped } = await train({
    model,
    loss: (pred: Tensor, target: Tensor, batch: BatchRows) =>
      bmcLoss(pred, target, noise.variance(), batch),
    data: { x, y, mask, weights },
    epochs: 2,
    batchSize: 8,
    accumulate: 2,
    clipNorm: 0.5,
    seed: 5,
    optimizer: optimizers[0],
    noise: { model: noise, optimizer: optimizers[1] },
    schedule: steps({ at: [1, 2, 20], factor: 0.9 }),
    validation: {
      data: { x, y, mask },
      batchSize: 20,
      metrics: { mse: mseLoss, mae: (pred, target) => meanAbsoluteError(pred, target) },
    },
    patience: 100,
    callbacks: { onEpochDone: () => smoothing.endEpoch() },
    ...options,
    ...(group && { group: options.group ?? group }),
  });
  const variables = [...model.getWeights(), ...noise.variables];
  const result = { weights: await numbersOf(variables), history, bestEpoch, stopped };
  tf.dispose([x, y]);
  for (const owner of [model, noise, ...optimizers]) owner.dispose();
  return result;
}

/** All numbers of some variables, in order. */
export async function numbersOf(variables: readonly tf.Tensor[]): Promise<number[]> {
  const values = await Promise.all(variables.map((variable) => variable.data()));
  return values.flatMap((list) => [...list]);
}

/** The largest difference, relative to numbers above 1. */
export function worstGap(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length || one.length === 0) return Infinity;
  const gaps = one.map((value, i) => Math.abs(value - other[i]!) / Math.max(1, Math.abs(value)));
  return gaps.reduce((worst, gap) => gap <= worst ? worst : gap, 0); // NaN stays
}
