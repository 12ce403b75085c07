/**
 * The feature-smoothing layer's config, and checks of all that it is given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import type { SmoothingKernel } from "./smoothing_window.ts";

/** What {@linkcode FeatureSmoothing} is made from: the label bins, and how to smooth over them. */
export interface FeatureSmoothingConfig {
  /** How many label bins, at least 1. Work and memory per batch are rows times bins. */
  readonly bins: number;
  /** The lower edge of the first bin, in units of the label. Default 0. */
  readonly start?: number;
  /** The width of a bin, in units of the label. Default 1: a bin for each integer. */
  readonly width?: number;
  /** The kernel over neighboring bins. Default `"gaussian"`. */
  readonly kernel?: SmoothingKernel;
  /** How many bins the kernel covers, an odd number. Default 5. */
  readonly size?: number;
  /** The kernel's width in bins; `"triangular"` has none. Default 2. */
  readonly sigma?: number;
  /**
   * What the statistics so far weigh against an epoch's, in [0, 1); null weighs both by their rows. Default 0.9.
   */
  readonly momentum?: number | null;
  /** The first epoch, from 0, whose statistics count. Default 0. */
  readonly startUpdate?: number;
  /** The first epoch, from 0, that calibrates features. Default 1. */
  readonly startSmooth?: number;
  /**
   * Whether training steps gather the statistics. Default true; with false call
   * `update` yourself.
   */
  readonly collect?: boolean;
  /** The layer's name. */
  readonly name?: string;
}

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
