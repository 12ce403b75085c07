/** Rows of the junk table: schedules, noise, predict, evaluate. */
import * as tf from "@tensorflow/tfjs";
import {
  constant,
  LabelNoise,
  type LabelNoiseFromLabelsOptions,
  type LabelNoiseOptions,
  type Labels,
  type PlateauOptions,
  type PredictOptions,
  type StepsOptions,
} from "../../mod.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONS: readonly Kind[] = ["undefined", "object"];
const OPTIONAL: readonly Kind[] = ["undefined"];

/** Any tensor goes through it. */
const model = () => ({ predict: (x: tf.Tensor) => tf.clone(x) });
const options = { batchSize: 2 } satisfies Record<keyof PredictOptions, unknown>;

/** Rows by export. */
export const PART_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  steps: [{
    args: () => ({
      options: { at: [1, 2], factor: 0.5 } satisfies Record<keyof StepsOptions, unknown>,
    }),
    takes: { "options.at": ["list"], "options.factor": ["undefined", "fraction"] },
  }],
  plateau: [{
    args: () => ({
      options: {
        monitor: "mae",
        mode: "max",
        patience: 2,
        factor: 0.5,
        minDelta: 0.1,
        least: 0.1,
      } satisfies Record<keyof PlateauOptions, unknown>,
    }),
    takes: {
      options: OPTIONS,
      "options.monitor": ["undefined", "empty", "text", "digit"],
      "options.mode": OPTIONAL,
      "options.patience": OPTIONAL,
      "options.factor": OPTIONAL,
      "options.minDelta": ["undefined", "zero", "fraction", "huge", "tiny"],
      "options.least": ["undefined", "zero", "tiny"],
    },
  }],
  warmUp: [{
    args: () => ({ warmEpochs: 2, schedule: constant() }),
    takes: { warmEpochs: ["zero"], schedule: ["undefined", "function"] },
  }],
  LabelNoise: [{
    args: () => ({
      options: { sigma: 1.6, min: 0.5, max: 2 } satisfies Record<keyof LabelNoiseOptions, unknown>,
    }),
    takes: {
      "options.sigma": ["fraction"],
      "options.min": ["undefined", "fraction"],
      "options.max": OPTIONAL,
    },
  }, {
    args: () => ({
      labels: [1, 2, 3],
      options: { min: 0.1, max: 9, dimensions: "each" } satisfies Record<
        keyof LabelNoiseFromLabelsOptions,
        unknown
      >,
    }),
    call: (labels: Labels, options: LabelNoiseFromLabelsOptions) =>
      LabelNoise.fromLabels(labels, options),
    reads: true,
    takes: {
      options: OPTIONS,
      "options.min": ["undefined", "fraction"],
      "options.max": ["undefined", "fraction"],
      "options.dimensions": OPTIONAL,
    },
  }],
  predict: [{
    args: () => ({ model: model(), x: tf.ones([4, 3]), options: { ...options } }),
    takes: { x: ["strings", "axes"], options: OPTIONS, "options.batchSize": OPTIONAL },
    open: ["model"],
  }],
  evaluate: [{
    args: () => ({
      model: model(),
      data: {
        x: tf.ones([4]),
        y: tf.ones([4]),
        weights: [1, 2, 3, 4],
        mask: [true, false, true, true],
      },
      metrics: { own: () => 1 },
      options: { ...options },
    }),
    takes: {
      "data.weights": OPTIONAL,
      "data.mask": OPTIONAL,
      "metrics.own": ["function"],
      options: OPTIONS,
      "options.batchSize": OPTIONAL,
    },
    open: ["model", "metrics", "data"], // data's names are refused all together
  }],
};
