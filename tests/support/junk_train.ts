/** The trainer's and the files' rows of the junk table. */
import * as tf from "@tensorflow/tfjs";
import {
  adam,
  type Batch,
  type Callbacks,
  type CheckpointOptions,
  constant,
  LabelNoise,
  localGroups,
  type LocalSteps,
  type Model,
  mseLoss,
  type RetrainOptions,
  type Tensor,
  type TrainOptions,
  type Validation,
} from "../../mod.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONS: readonly Kind[] = ["undefined", "object"];
const OPTIONAL: readonly Kind[] = ["undefined"];
const FUNCTION: readonly Kind[] = ["undefined", "function"];
const BOOLEAN: readonly Kind[] = ["undefined", "true"];

const rows = () => ({ x: tf.tensor1d([0, 1]), y: tf.tensor1d([0, 2]) });

/** A call in full but for where to save. */
function training() {
  const slope = tf.tidy(() => tf.variable(tf.scalar(1)));
  return {
    model: {
      predict: (x: Tensor) => tf.mul(x, slope),
      variables: [slope],
    } satisfies Record<keyof Model, unknown>,
    loss: mseLoss,
    data: { ...rows(), weights: [1, 2], mask: [true, false] } satisfies Record<
      keyof Batch,
      unknown
    >,
    epochs: 1,
    batchSize: 1,
    accumulate: 2,
    dropLast: false,
    clipNorm: 1,
    prefetch: 1,
    patience: 2,
    shuffle: false,
    seed: 1,
    optimizer: adam(),
    noise: { model: new LabelNoise({ sigma: 1 }), optimizer: adam() } satisfies Record<
      keyof NonNullable<TrainOptions["noise"]>,
      unknown
    >,
    schedule: constant(),
    validation: {
      data: rows(),
      metrics: { mse: mseLoss },
      every: 1,
      monitor: "mse",
      mode: "min",
      batchSize: 2,
    } satisfies Record<keyof Validation, unknown>,
    restoreBest: true,
    group: { ranks: localGroups(1)[0]!, every: 2 } satisfies Record<keyof LocalSteps, unknown>,
    checkpoint: undefined,
    signal: new AbortController().signal,
    callbacks: { onStep: () => {}, onEpochDone: () => {}, onEpochEnd: () => {} } satisfies Record<
      keyof Callbacks,
      unknown
    >,
    log: undefined,
    progress: false,
  };
}

const TRAIN_TAKES: JunkCall["takes"] = {
  "options.batchSize": OPTIONAL,
  "options.data.weights": OPTIONAL,
  "options.data.mask": OPTIONAL,
  "options.accumulate": OPTIONAL,
  "options.dropLast": BOOLEAN,
  "options.clipNorm": ["undefined", "fraction"],
  "options.patience": OPTIONAL,
  "options.prefetch": ["undefined", "zero"],
  "options.shuffle": BOOLEAN,
  "options.seed": ["undefined", "zero", "negative"],
  "options.optimizer": OPTIONAL,
  "options.noise": OPTIONAL,
  "options.schedule": OPTIONAL,
  "options.validation.every": OPTIONAL,
  "options.validation.monitor": OPTIONAL,
  "options.validation.mode": OPTIONAL,
  "options.validation.batchSize": OPTIONAL,
  "options.restoreBest": BOOLEAN,
  "options.group": OPTIONAL,
  "options.group.ranks.rank": ["zero"],
  "options.group.ranks.allReduceSum": ["function"],
  "options.group.ranks.allGather": ["function"],
  "options.signal": OPTIONAL,
  "options.callbacks": OPTIONS,
  "options.callbacks.onStep": FUNCTION,
  "options.callbacks.onEpochDone": FUNCTION,
  "options.callbacks.onEpochEnd": FUNCTION,
  "options.progress": BOOLEAN,
  "options.trainable": OPTIONAL,
};
/** Iterables tell what they yield when they are gone through. */
const LATE = ["options.data", "options.validation.data"];
const DATA = ["x", "y", "weights", "mask"];
const OPEN = ["options.model", "options.validation.metrics", "options.group.ranks"];

function trainCall(): Record<keyof TrainOptions, unknown> {
  const options = training();
  return { ...options, trainable: options.model.variables };
}

/** No folder can be made there. */
const checkpoint = {
  dir: "/dev/null/run",
  every: 1,
  keep: 2,
  resume: false,
} satisfies Record<keyof CheckpointOptions, unknown>;

/** Rows by export. */
export const TRAIN_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  train: [
    { args: () => ({ options: trainCall() }), takes: TRAIN_TAKES, open: OPEN, late: LATE },
    {
      args: () => ({ options: { ...trainCall(), checkpoint: { ...checkpoint } } }),
      takes: {
        "options.checkpoint": OPTIONAL,
        "options.checkpoint.dir": ["text", "digit"],
        "options.checkpoint.every": OPTIONAL,
        "options.checkpoint.keep": OPTIONAL,
        "options.checkpoint.resume": BOOLEAN,
      },
      refused: true,
      only: [
        "options.checkpoint",
        ...Object.keys(checkpoint).map((k) => `options.checkpoint.${k}`),
      ],
      open: OPEN,
    },
    {
      // No file can be made there.
      args: () => ({ options: { ...trainCall(), log: "/dev/null/run.csv" } }),
      takes: { "options.log": OPTIONAL },
      refused: true,
      only: ["options.log"],
      open: OPEN,
    },
  ],
  retrainRegressor: [{
    args: () => {
      const { trainable: head, ...options } = trainCall();
      return {
        options: { ...options, head, initialize: false } satisfies Record<
          keyof RetrainOptions,
          unknown
        >,
      };
    },
    // Data is looked at where it is split; the head has been copied by then.
    late: LATE.flatMap((place) => [place, ...DATA.map((name) => `${place}.${name}`)]),
    takes: TRAIN_TAKES, // by default as layers' initializers say, which this model has not
    open: OPEN,
  }],
  localGroups: [{ args: () => ({ size: 2 }) }],
  gpuErrors: [{ args: () => ({}) }],
  fileSystem: [{ args: () => ({ path: "model" }), takes: { path: ["text", "digit"] } }],
};
