/**
 * Three lines that learn from the same points under three losses, by the module's own trainer.
 *
 * The losses share no parameter and the optimizer works element by element, so that one model of three lines trains as
 * three models would, in one gradient computation a step.
 *
 * @module
 */
import {
  bmcLoss,
  cosine,
  LabelNoise,
  labelWeights,
  mseLoss,
  type Tensor,
  train,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { NOISE_SIGMA, type Split } from "../examples/synthetic/data.ts";
import { SEGMENTS } from "./settings.ts";

/** `label = slope * input + intercept`. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Where the lines are after some steps. */
export interface Snapshot {
  /** Steps done. */
  readonly step: number;
  readonly mse: Line;
  readonly reweight: Line;
  readonly balanced: Line;
  /** The noise's standard deviation as Balanced MSE has it now. */
  readonly sigma: number;
}

/** How to train. */
export interface RegressionOptions {
  readonly learnNoise: boolean;
  /** Awaited after each step, with the lines as they are: the place to draw, and to wait. */
  onStep(snapshot: Snapshot): Promise<void>;
  readonly signal: AbortSignal;
}

/** Input and label of the data without noise. */
export const ORACLE: Line = { slope: 1, intercept: 0 };
/** Steps of a run: each takes all rows. */
export const STEPS = 500;
/** A learnable noise starts this far off the true one, as in the paper. */
const WRONG_BY = 1.5;
/** Lines turn about this input, the middle of the label range, so that slope and height hardly depend on each other. */
const PIVOT = 5;
const START = { slope: -0.5, height: 5 };
const LINES = 3;
const RATE = 0.1;

/** The lines before the first step. */
export function start(learnNoise: boolean): Snapshot {
  const line = lineThrough(START.slope, START.height);
  const sigma = learnNoise ? WRONG_BY * NOISE_SIGMA : NOISE_SIGMA;
  return { step: 0, mse: line, reweight: line, balanced: line, sigma };
}

/** Trains on the current backend to the end or the signal. The lines are read once a step, all at once. */
export async function regress(
  { x, y }: Split,
  { learnNoise, onStep, signal }: RegressionOptions,
): Promise<void> {
  const edges = [...SEGMENTS.map(([low]) => low), SEGMENTS.at(-1)![1]];
  const inverse = await labelWeights(y, { edges, scheme: "inverse", clip: false });
  const column = (values: Float32Array) => tf.tensor2d(values, [values.length, 1]);
  const [inputs, labels, weights] = [column(x), column(y), tf.tensor1d(inverse)];
  const row = (value: number) => tf.tidy(() => tf.variable(tf.fill([1, LINES], value)));
  const [slopes, heights] = [row(START.slope), row(START.height)];
  const noise = learnNoise ? new LabelNoise({ sigma: WRONG_BY * NOISE_SIGMA }) : undefined;
  const [optimizer, noiseOptimizer] = [tf.train.adam(RATE), tf.train.adam(RATE)];

  const model = {
    variables: [slopes, heights],
    predict: (x: Tensor) => tf.add(tf.mul(tf.sub(x, PIVOT), slopes), heights),
  };
  const loss = (pred: Tensor, target: Tensor) => {
    const [plain, weighted, balanced] = tf.split(pred, LINES, 1) as [Tensor, Tensor, Tensor];
    return tf.add(
      tf.add(mseLoss(plain, target), mseLoss(weighted, target, { weights })),
      bmcLoss(balanced, target, noise?.variance() ?? NOISE_SIGMA ** 2),
    );
  };
  const read = async (step: number): Promise<Snapshot> => {
    const all = tf.tidy(() => {
      const variance = noise?.variance() ?? tf.scalar(NOISE_SIGMA ** 2);
      return tf.concat([slopes.flatten(), heights.flatten(), variance.flatten()]);
    });
    const values = await all.data();
    all.dispose();
    const line = (k: number) => lineThrough(values[k]!, values[LINES + k]!);
    const sigma = Math.sqrt(values[2 * LINES]!);
    return { step, mse: line(0), reweight: line(1), balanced: line(2), sigma };
  };
  try {
    await train({
      model,
      loss,
      data: { x: inputs, y: labels },
      epochs: STEPS,
      batchSize: x.length,
      shuffle: false,
      optimizer,
      ...(noise && { noise: { model: noise, optimizer: noiseOptimizer } }),
      schedule: cosine(),
      signal,
      callbacks: { onEpochDone: async (epoch) => onStep(await read(epoch + 1)) },
    });
  } finally {
    tf.dispose([inputs, labels, weights, slopes, heights]);
    for (const owner of [noise, optimizer, noiseOptimizer]) owner?.dispose();
  }
}

/** Mean squared error of a line on points without noise: what is left of it on uniform labels. */
export function errorOf({ slope, intercept }: Line, { x, y }: Split): number {
  return y.reduce((sum, label, i) => sum + (slope * x[i]! + intercept - label) ** 2, 0) / y.length;
}

function lineThrough(slope: number, height: number): Line {
  return { slope, intercept: height - slope * PIVOT };
}
