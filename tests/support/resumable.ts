/** A run with all that a trainer's state can be, and what is left of it at its end. */
import * as tf from "@tensorflow/tfjs";
import {
  bmcLoss,
  cosine,
  FeatureSmoothing,
  LabelNoise,
  type Optimizer,
  train,
  type TrainOptions,
  type TrainResult,
} from "../../mod.ts";
import { normals } from "./cases.ts";

export const EPOCHS = 24;

/** What a run ends with, bit for bit. */
export interface Outcome extends Pick<TrainResult, "history" | "bestEpoch" | "stopped"> {
  /** The bytes of every weight and of the noise, as text. */
  readonly weights: string[];
  /** The same of what both optimizers remember. */
  readonly moments: string[];
  /** The epochs that this call trained. */
  readonly trained: number[];
}

/** What must not depend on how often a run was stopped. */
export const result = ({ trained: _, ...rest }: Outcome) => rest;

const [seed, ROWS] = [5, 22];

/** A network with seeded dropout, running statistics of two kinds and a regularizer. */
function network() {
  const smoothing = new FeatureSmoothing({ bins: 6 });
  const kernelInitializer = () => tf.initializers.glorotNormal({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 4,
        inputShape: [2],
        activation: "tanh",
        kernelInitializer: kernelInitializer(),
        kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }),
      }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.2, seed }),
      smoothing,
      tf.layers.dense({ units: 1, kernelInitializer: kernelInitializer() }),
    ],
  });
  return { model, smoothing };
}

/** Makes all objects anew, as a new process does, and trains. */
export async function resumable(
  options: Partial<TrainOptions> = {},
  { stopAfter = Infinity, tell = (_: number) => {} } = {},
): Promise<Outcome> {
  const next = normals(3);
  const rows = Array.from({ length: ROWS }, () => [next(), next()]);
  const x = tf.tensor2d(rows);
  const y = tf.tensor2d(rows.map(([a, b]) => [2.5 + a! + 0.3 * b! ** 2]));
  const { model, smoothing } = network();
  const noise = new LabelNoise({ sigma: 1 });
  const [optimizer, noiseOptimizer] = [tf.train.adam(0.02), tf.train.adam(0.01)];
  const controller = new AbortController();
  const trained: number[] = [];
  try {
    const { history, bestEpoch, stopped } = await train({
      model,
      loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
      data: { x, y },
      epochs: EPOCHS,
      batchSize: 8,
      optimizer,
      noise: { model: noise, optimizer: noiseOptimizer },
      schedule: cosine(),
      // Best somewhere on the way: where the mean prediction comes nearest to a value that it crosses.
      validation: {
        data: { x, y },
        metrics: {
          far: (pred) => tf.abs(tf.sub(tf.mean(pred), 1)),
          never: () => tf.scalar(NaN),
        },
        every: 2,
      },
      restoreBest: true,
      signal: controller.signal,
      callbacks: {
        onEpochDone: (epoch) => {
          smoothing.endEpoch();
          trained.push(epoch);
          tell(epoch);
          if (epoch === stopAfter) controller.abort();
        },
      },
      ...options,
    });
    const weights = [...model.getWeights(), ...noise.variables];
    return {
      history,
      bestEpoch,
      stopped,
      weights: await Promise.all(weights.map(bits)),
      moments: [
        ...await momentsOf(options.optimizer ?? optimizer),
        ...await momentsOf(options.noise?.optimizer ?? noiseOptimizer),
      ],
      trained,
    };
  } finally {
    tf.dispose([x, y]);
    model.dispose();
    noise.dispose();
    optimizer.dispose();
    noiseOptimizer.dispose();
  }
}

/** A tensor's bytes, as text. */
export async function bits(tensor: tf.Tensor): Promise<string> {
  const values = await tensor.data();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return `${tensor.dtype} ${tensor.shape} ` + [...bytes].map((b) => b.toString(16)).join(" ");
}

/** What `getWeights` tells, and what it does not: the variables of fields. */
async function momentsOf(optimizer: Optimizer): Promise<string[]> {
  const weights = await optimizer.getWeights();
  const fields = Object.values(optimizer).filter((value) => value instanceof tf.Variable);
  const found = await Promise.all([...weights.map(({ tensor }) => tensor), ...fields].map(bits));
  // The iterations are a scalar made only to tell.
  weights[0]!.tensor.dispose();
  return found;
}
