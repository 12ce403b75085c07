/**
 * Checks of what the feature-smoothing layer is given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import type { FeatureSmoothingConfig } from "./feature_smoothing.ts";

const CREATE = "Cannot create feature smoothing as ";

/** The config without what any layer has, its defaults filled in; throws where a value is wrong. */
export function checkFeatureSmoothing(config: FeatureSmoothingConfig) {
  if (config === null || typeof config !== "object") {
    throw new TypeError(`${CREATE}config must be an object: current value is ${config}`);
  }
  const { bins, start = 0, width = 1, startUpdate = 0, startSmooth = 1 } = config;
  const { kernel = "gaussian", size = 5, sigma = 2, momentum = 0.9, collect = true } = config;
  const rules: [string, unknown, boolean, string][] = [
    ["bins", bins, Number.isInteger(bins) && bins > 0, "a positive integer"],
    ["start", start, Number.isFinite(start), "a finite number"],
    ["width", width, width > 0 && width < Infinity, "a finite number > 0"],
    ["size", size, Number.isInteger(size) && size > 0 && size % 2 === 1, "an odd integer > 0"],
    ["sigma", sigma, sigma > 0 && sigma <= 1e6, "a number > 0 and at most 1e6"],
    [
      "startUpdate",
      startUpdate,
      Number.isInteger(startUpdate) && startUpdate >= 0,
      "an epoch >= 0",
    ],
    [
      "startSmooth",
      startSmooth,
      Number.isInteger(startSmooth) && startSmooth >= 0,
      "an epoch >= 0",
    ],
    [
      "momentum",
      momentum,
      momentum === null || (momentum >= 0 && momentum < 1),
      "a number in [0, 1) or null",
    ],
    [
      "kernel",
      kernel,
      ["gaussian", "triangular", "laplace"].includes(kernel),
      '"gaussian", "triangular" or "laplace"',
    ],
  ];
  for (const [name, value, holds, rule] of rules) {
    if (!holds) throw new RangeError(`${CREATE}${name} must be ${rule}: current value is ${value}`);
  }
  if (typeof collect !== "boolean") {
    throw new TypeError(`${CREATE}collect must be a boolean: current value is ${collect}`);
  }
  return { bins, start, width, kernel, size, sigma, momentum, startUpdate, startSmooth, collect };
}

/** What the layer works with: every value given. */
export type CheckedFeatureSmoothing = ReturnType<typeof checkFeatureSmoothing>;

/** Throws unless features are `[N, D]` and labels `[N]` or `[N, 1]`. */
export function checkFeatures(features: unknown, labels: unknown, dim: number): void {
  if (!(features instanceof tf.Tensor) || features.rank !== 2 || features.shape[1] !== dim) {
    throw new TypeError(
      `Cannot smooth features as they must be a tensor of shape [N, ${dim}]: current value is ${
        describe(features)
      }`,
    );
  }
  const rows = features.shape[0];
  const column = labels instanceof tf.Tensor && labels.shape[0] === rows &&
    (labels.rank === 1 || (labels.rank === 2 && labels.shape[1] === 1));
  if (!column) {
    throw new TypeError(
      `Cannot smooth features as labels must be a tensor of shape [${rows}] or [${rows}, 1] in training: ` +
        `current value is ${describe(labels)}`,
    );
  }
}

function describe(value: unknown): string {
  return value instanceof tf.Tensor ? `of shape [${(value as Tensor).shape}]` : `${value}`;
}
