/** One way of the comparison on one split: train a network, and predict the test set. */
import { type LabelBins, type Model, type Tensor, train, type Variable } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Part, Split } from "./split.ts";
import type { Way } from "./ways.ts";

/** How to train. */
export interface TrainingOptions {
  readonly epochs: number;
  /** Of the first weights and of the shuffling. */
  readonly seed: number;
  /** The bins in which weights count labels. */
  readonly bins: LabelBins;
  /** The sigma that Balanced MSE is held at, in units of the label. */
  readonly sigma?: number | undefined;
}

/** What a way came to. */
export interface Outcome {
  /** Predictions for the test set, in units of the label. */
  readonly predictions: readonly number[];
  /**
   * The epoch, from 0, of the least absolute error on the validation set: the one that predicts.
   */
  readonly bestEpoch: number;
  /** The noise's sigma at the end, where it was learned. */
  readonly sigma?: number;
}

export const BATCH_SIZE = 64;
const LEARNING_RATE = 1e-3;
const HIDDEN = [256, 256, 256];

/** Trains one way on a split. */
export async function runWay(
  way: Way,
  split: Split,
  { epochs, seed, bins, sigma }: TrainingOptions,
): Promise<Outcome> {
  const { x, y } = split.train;
  const network = new Network(x.length / y.length, split.label, seed);
  const objective = await way.prepare({ labels: y, bins, sigma });
  const { loss, weights, noise } = objective;
  const optimizer = tf.train.adam(LEARNING_RATE);
  const noiseOptimizer = noise && tf.train.adam(10 * LEARNING_RATE);
  const [data, validation, test] = [split.train, split.validation, split.test].map(tensors) as [
    Rows,
    Rows,
    Rows,
  ];
  const { bestEpoch } = await train({
    model: network,
    loss,
    data: { ...data, ...(weights && { weights }) },
    epochs,
    batchSize: BATCH_SIZE,
    seed,
    optimizer,
    ...(noise && noiseOptimizer && { noise: { model: noise, optimizer: noiseOptimizer } }),
    validation: {
      data: validation,
      metrics: { mae: (pred: Tensor, target: Tensor) => tf.mean(tf.abs(tf.sub(pred, target))) },
    },
    // The validation set is drawn evenly over the labels: its plain error is a balanced one.
    restoreBest: true,
  });
  const output = tf.tidy(() => network.predict(test.x));
  const predictions = Array.from(await output.data());
  const learned = await noise?.sigma();
  tf.dispose([output, ...[data, validation, test].flatMap(({ x, y }) => [x, y])]);
  for (const owner of [network, noise, optimizer, noiseOptimizer]) owner?.dispose();
  objective.dispose?.();
  return { predictions, bestEpoch, ...(learned !== undefined && { sigma: learned }) };
}

/**
 * Three hidden layers; what comes out is in units of the label, so that any unit is learned as
 * fast.
 */
class Network implements Model {
  readonly variables: readonly Variable[];
  readonly #layers: tf.Sequential;
  readonly #label: Split["label"];

  constructor(features: number, label: Split["label"], seed: number) {
    this.#label = label;
    this.#layers = tf.sequential();
    // From 1: tfjs takes the seed 0 for none.
    const first = 1 + (HIDDEN.length + 1) * seed;
    [...HIDDEN, 1].forEach((units, k) =>
      this.#layers.add(tf.layers.dense({
        units,
        kernelInitializer: tf.initializers.heNormal({ seed: first + k }),
        ...(k === 0 && { inputShape: [features] }),
        ...(k < HIDDEN.length && { activation: "relu" as const }),
      }))
    );
    this.variables = this.#layers.getWeights() as Variable[];
  }

  predict(x: Tensor): Tensor {
    const output = this.#layers.apply(x) as Tensor;
    return tf.add(tf.mul(output, this.#label.deviation), this.#label.mean);
  }

  dispose(): void {
    this.#layers.dispose();
  }
}

interface Rows {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Features `[N, F]` and labels `[N, 1]`. */
function tensors({ x, y }: Part): Rows {
  const rows = y.length;
  return {
    x: tf.tensor2d(x, [rows, x.length / rows]),
    y: tf.tensor2d(Float32Array.from(y), [rows, 1]),
  };
}
