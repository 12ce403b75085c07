/** One criterion of the rotation benchmark: train the network and score it. */
import {
  balancedMeanAbsoluteError,
  cosine,
  type ImbalanceReport,
  imbalanceReport,
  meanAbsoluteError,
  shotwise,
  type ShotwiseValues,
  type Tensor,
  train,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Criterion } from "./criteria.ts";
import type { Dataset } from "./data.ts";
import { SIDE } from "./fashion.ts";
import { RotationNetwork } from "./network.ts";

/** What a criterion came to on one dataset. */
export interface Result {
  readonly criterion: Criterion;
  readonly seed: number;
  /** Mean absolute errors on the test set by how often angles were seen in training, in degrees. */
  readonly mae: ShotwiseValues;
  /** The mean over the test angles' bins of the mean absolute error within each, in degrees. */
  readonly balancedMae: number;
  /** Errors by angle and more. */
  readonly report: ImbalanceReport;
  /** The predictions on the test set, in degrees. */
  readonly predictions: Float32Array;
  /** The label noise's standard deviation at the end, in degrees, where it was learned. */
  readonly sigma?: number | undefined;
  /** Of training alone, and optimizer steps a second in it. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
}

/** How long a run is, and what it starts from. */
export interface RunOptions {
  readonly epochs: number;
  readonly seed: number;
  /** Pictures a step; default 128. */
  readonly batchSize?: number;
  /** Whether to tell on standard error how far it is; default true. */
  readonly progress?: boolean;
}

/** Width of the label bins that shots are counted in, in degrees. */
export const BIN_WIDTH = 5;
/** Adam's learning rates: the network's, and that of the logarithm of sigma. */
const RATE = 5e-3;
const NOISE_RATE = 1e-2;
/** Test pictures that are predicted at once. */
const TEST_BATCH = 500;

/** Trains one criterion on a dataset and scores the network. */
export async function runCriterion(
  criterion: Criterion,
  { train: trainSet, test }: Dataset,
  { epochs, seed, batchSize = 128, progress = true }: RunOptions,
): Promise<Result> {
  const network = new RotationNetwork(seed); // the same first weights for every criterion
  const objective = await criterion.prepare(trainSet.angles);
  const { loss, noise, weights } = objective;
  const { pictures, angles } = trainSet;
  const data = { x: pictureTensor(pictures), y: tf.tensor2d(angles, [angles.length, 1]) };
  const optimizer = tf.train.adam(RATE);
  const noiseOptimizer = noise && tf.train.adam(NOISE_RATE);
  const start = performance.now();
  const { stepsPerSecond } = await train({
    model: network,
    loss,
    data: { ...data, ...(weights && { weights }) },
    epochs,
    batchSize,
    seed,
    optimizer,
    schedule: cosine(),
    ...(noise && noiseOptimizer && { noise: { model: noise, optimizer: noiseOptimizer } }),
    progress,
  });
  const seconds = (performance.now() - start) / 1000;
  const predictions = await predict(network, test.pictures);
  const sigma = await noise?.sigma();
  tf.dispose([data.x, data.y]);
  for (const owner of [network, noise, optimizer, noiseOptimizer]) owner?.dispose();
  objective.dispose?.();
  const scores = await scoreTest(trainSet.angles, test.angles, predictions);
  return { criterion, seed, ...scores, predictions, sigma, seconds, stepsPerSecond };
}

/** Scores predictions of the test angles. */
export async function scoreTest(
  trainAngles: Float32Array,
  testAngles: Float32Array,
  predictions: Float32Array,
): Promise<Pick<Result, "mae" | "balancedMae" | "report">> {
  const bins = { binWidth: BIN_WIDTH };
  return {
    mae: await shotwise(meanAbsoluteError, predictions, testAngles, trainAngles, bins),
    balancedMae: await balancedMeanAbsoluteError(predictions, testAngles, bins),
    report: await imbalanceReport(trainAngles, testAngles, predictions, bins),
  };
}

async function predict(network: RotationNetwork, pictures: Float32Array): Promise<Float32Array> {
  const size = TEST_BATCH * SIDE * SIDE;
  const predictions: number[] = [];
  for (let start = 0; start < pictures.length; start += size) {
    const output = tf.tidy(() =>
      network.predict(pictureTensor(pictures.subarray(start, start + size)))
    );
    predictions.push(...await output.data());
    output.dispose();
  }
  return Float32Array.from(predictions);
}

function pictureTensor(pictures: Float32Array): Tensor {
  return tf.tensor4d(pictures, [pictures.length / SIDE ** 2, SIDE, SIDE, 1]);
}
