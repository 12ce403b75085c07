/**
 * Checks of the trainer's options, once, at the boundary.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkObject } from "../check/check_object.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { LabelNoise } from "../losses/label_noise.ts";
import type { Callbacks } from "./callbacks.ts";
import { checkCheckpointOptions, type CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import { checkMetrics } from "./check_metrics.ts";
import { checkLogPath } from "./history_log.ts";
import { isLayersModel } from "./is_layers_model.ts";
import { checkGroupOption } from "./ranks/group_option.ts";
import type { AnyTrainOptions, TrainedNoise } from "./train_options.ts";
import type { Validation } from "./validation.ts";

const CLAIM = "Cannot train";

/** Every option, by what its kind is. A new one does not compile until it is here. */
const CHECKS: { readonly [K in keyof Required<AnyTrainOptions>]: (value: unknown) => void } = {
  model: checkModel,
  loss: (value) => checkFunction(value, "loss"),
  trainable: () => {}, // with the model, where it is looked up
  data: (value) =>
    check(value !== null && /object|function/.test(typeof value), "data", DATA, value),
  epochs: (value) => checkInteger(value, "epochs", 1),
  batchSize: (value) => checkInteger(value, "batchSize", 1),
  accumulate: (value) => checkInteger(value, "accumulate", 1),
  dropLast: (value) => checkBoolean(value, "dropLast", CLAIM),
  clipNorm: (value) => checkNumber(value, "clipNorm", CLAIM, { above: 0, float32: true }),
  prefetch: (value) => checkInteger(value, "prefetch", 0),
  shuffle: (value) => checkBoolean(value, "shuffle", CLAIM),
  seed: (value) => checkInteger(value, "seed"),
  optimizer: (value) => checkOptimizer(value, "optimizer"),
  noise: checkNoise,
  schedule: (value) => checkFunction(value, "schedule"),
  validation: checkValidation,
  restoreBest: (value) => checkBoolean(value, "restoreBest", CLAIM),
  patience: (value) => checkInteger(value, "patience", 1),
  checkpoint: (value) => checkCheckpointOptions(value as CheckpointOptions),
  group: checkGroupOption,
  signal: (value) => {
    const isSignal = typeof (value as AbortSignal)?.addEventListener === "function" &&
      typeof (value as AbortSignal).aborted === "boolean";
    check(isSignal, "signal", "an AbortSignal (a controller's .signal)", value);
  },
  callbacks: checkCallbacks,
  log: checkLogPath,
  progress: (value) => checkBoolean(value, "progress", CLAIM),
};

const DATA = "{ x, y } of tensors, batches, a function that makes them or a dataset";
const REQUIRED: readonly string[] = ["model", "loss", "data", "epochs"];

/**
 * Throws where an option is unknown, of the wrong kind or out of its domain; data is checked where
 * it is split.
 */
export function checkTrainOptions(options: AnyTrainOptions): void {
  checkOptions(options, Object.keys(CHECKS), CLAIM);
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = options[name as keyof AnyTrainOptions];
    if (value !== undefined || REQUIRED.includes(name)) check(value);
  }
  const { noise, optimizer, restoreBest, patience, validation } = options;
  if (noise && noise.optimizer === optimizer) {
    throw new TypeError(
      "Cannot train as noise must have an optimizer of its own, which keeps moments by position: " +
        "current value is the model's",
    );
  }
  const chooses = restoreBest ? "restoreBest" : patience !== undefined ? "patience" : undefined;
  if (noise && !validation && chooses) {
    throw new RangeError(
      `Cannot train as ${chooses} must come with validation where a noise is learned, since ` +
        "losses under different sigmas are in different scales: current validation is undefined",
    );
  }
}

function check(holds: boolean, name: string, rule: string, value: unknown): void {
  if (holds) return;
  throw new TypeError(`${CLAIM} as ${name} must be ${rule}: current value is ${shown(value)}`);
}

function checkInteger(value: unknown, name: string, least?: number): void {
  checkNumber(value, name, CLAIM, { whole: true, ...(least !== undefined && { least }) });
}

function checkFunction(value: unknown, name: string): void {
  check(typeof value === "function", name, "a function", value);
}

function checkModel(value: unknown): void {
  const { predict, variables } = (value ?? {}) as Record<string, unknown>;
  const isOwn = typeof predict === "function" && Array.isArray(variables) &&
    variables.every((variable) => variable instanceof tf.Variable);
  check(
    isLayersModel(value) || isOwn,
    "model",
    "a tf.LayersModel or { predict, variables }",
    value,
  );
}

function checkOptimizer(value: unknown, name: string): void {
  const rate = (value as { learningRate?: unknown } | null)?.learningRate;
  check(
    typeof rate === "number" && value instanceof tf.Optimizer, // which throws for null
    name,
    "a tfjs optimizer with a learning rate",
    value,
  );
}

function checkNoise(value: unknown): void {
  if (value instanceof LabelNoise) {
    throw new TypeError(
      `${CLAIM} as noise must be { model: noise, optimizer: adam(1e-2) }, say, since no ` +
        "optimizer would train it: current value is of class LabelNoise",
    );
  }
  checkOptions(value, ["model", "optimizer"], CLAIM, "noise");
  const { model, optimizer } = value as TrainedNoise;
  check(model instanceof LabelNoise, "noise.model", "a LabelNoise", model);
  checkOptimizer(optimizer, "noise.optimizer");
}

function checkValidation(value: unknown): void {
  const names = ["data", "metrics", "every", "monitor", "mode", "batchSize"];
  checkOptions(value, names, CLAIM, "validation");
  const { data, metrics, every, monitor, mode, batchSize } = value as Partial<Validation>;
  check(data !== null && /object|function/.test(typeof data), "validation.data", DATA, data);
  checkMetrics(metrics, "validation.metrics", CLAIM);
  const known = Object.keys(metrics);
  if (every !== undefined) checkInteger(every, "validation.every", 1);
  if (batchSize !== undefined) checkInteger(batchSize, "validation.batchSize", 1);
  if (mode !== undefined) checkChoice(mode, "validation.mode", ["min", "max"], CLAIM);
  const isOf = (name: string) =>
    typeof monitor === "string" && (monitor === name || monitor.startsWith(`${name}.`));
  if (monitor === undefined || known.some(isOf)) return;
  throw new (typeof monitor === "string" ? RangeError : TypeError)(
    `${CLAIM} as validation.monitor must be one of the metrics [${known}]: current value is ${
      shown(monitor)
    }`,
  );
}

function checkCallbacks(value: unknown): void {
  const names = ["onStep", "onEpochDone", "onEpochEnd"] as const satisfies (keyof Callbacks)[];
  checkObject(value, "callbacks", CLAIM);
  const callbacks = value as Callbacks;
  const given = names.filter((name) => callbacks[name] !== undefined);
  // An object of a class has its own fields, too, and its methods are the class's.
  if (given.length === 0 || Object.getPrototypeOf(value) === Object.prototype) {
    checkOptions(value, names, CLAIM, "callbacks");
  }
  for (const name of given) checkFunction(callbacks[name], `callbacks.${name}`);
}
