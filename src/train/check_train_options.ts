/**
 * Checks of the trainer's options, once, at the boundary.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TrainOptions } from "./train_options.ts";

function positiveInteger(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) {
    throw new RangeError(
      `Cannot train as ${name} must be a positive integer: current value is ${value}`,
    );
  }
}

/** Throws where an option is of the wrong kind or value; data is checked where it is split. */
export function checkTrainOptions(options: TrainOptions): void {
  const { model, loss, epochs, batchSize = 32, seed = 0, validation } = options;
  const isModel = model instanceof tf.LayersModel ||
    (typeof model?.predict === "function" && Array.isArray(model.variables));
  if (!isModel) {
    throw new TypeError(
      `Cannot train as model must be a tf.LayersModel or { predict, variables }: current value is ${model}`,
    );
  }
  if (typeof loss !== "function") {
    throw new TypeError(`Cannot train as loss must be a function: current value is ${loss}`);
  }
  if (options.noise && options.noise.optimizer === options.optimizer) {
    throw new TypeError(
      "Cannot train as noise must have an optimizer of its own, which keeps moments by position: " +
        "current value is the model's",
    );
  }
  positiveInteger("epochs", epochs);
  positiveInteger("batchSize", batchSize);
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot train as seed must be an integer: current value is ${seed}`);
  }
  if (validation) {
    const names = Object.keys(validation.metrics);
    const { every = 1, monitor = names[0], mode = "min" } = validation;
    positiveInteger("validation.every", every);
    if (validation.batchSize !== undefined) {
      positiveInteger("validation.batchSize", validation.batchSize);
    }
    if (monitor === undefined || !names.includes(monitor)) {
      throw new RangeError(
        `Cannot train as validation.monitor must be one of the metrics [${names}]: current value is ${monitor}`,
      );
    }
    if (mode !== "min" && mode !== "max") {
      throw new RangeError(
        `Cannot train as validation.mode must be "min" or "max": current value is ${mode}`,
      );
    }
  }
}
