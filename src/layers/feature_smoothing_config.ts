/**
 * The feature-smoothing layer's config, and checks of all that it is given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
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

const CREATE = "Cannot create feature smoothing";
const OWN: readonly string[] = [
  "bins",
  "start",
  "width",
  "kernel",
  "size",
  "sigma",
  "momentum",
  "startUpdate",
  "startSmooth",
  "collect",
];
/** What tfjs saves of any layer and gives back, and what any layer takes. */
const OF_LAYERS: readonly string[] = [
  "name",
  "trainable",
  "dtype",
  "inputShape",
  "batchInputShape",
  "batchSize",
  "inputDType",
  "weights",
];

/** The config without what any layer has, its defaults filled in; throws where a value is wrong. */
export function checkFeatureSmoothing(config: FeatureSmoothingConfig) {
  checkOptions(config, [...OWN, ...OF_LAYERS], CREATE, "config");
  const { bins, start = 0, width = 1, startUpdate = 0, startSmooth = 1, name = "own" } = config;
  const { kernel = "gaussian", size = 5, sigma = 2, momentum = 0.9, collect = true } = config;
  checkNumber(bins, "bins", CREATE, { whole: true, least: 1 });
  checkNumber(start, "start", CREATE, { float32: true });
  checkNumber(width, "width", CREATE, { above: 0, float32: true });
  checkChoice(kernel, "kernel", ["gaussian", "triangular", "laplace"], CREATE);
  checkNumber(size, "size", CREATE, { whole: true, least: 1, most: 999_999 });
  if (size % 2 === 0) {
    throw new RangeError(`${CREATE} as size must be odd: current value is ${size}`);
  }
  checkNumber(sigma, "sigma", CREATE, { above: 0, most: 1e6 });
  if (momentum !== null) {
    checkNumber(momentum, "momentum", CREATE, { least: 0, below: 1, float32: true });
  }
  checkNumber(startUpdate, "startUpdate", CREATE, { whole: true, least: 0 });
  checkNumber(startSmooth, "startSmooth", CREATE, { whole: true, least: 0 });
  checkBoolean(collect, "collect", CREATE);
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `${CREATE} as name must be text that is not empty: current value is ${shown(name)}`,
    );
  }
  return { bins, start, width, kernel, size, sigma, momentum, startUpdate, startSmooth, collect };
}

/** What the layer works with: every value given. */
export type CheckedFeatureSmoothing = ReturnType<typeof checkFeatureSmoothing>;

/** Throws unless features are float32 `[N, D]` and labels numbers `[N]` or `[N, 1]`. */
export function checkFeatures(features: unknown, labels: unknown, dim: number): void {
  const sound = features instanceof tf.Tensor && !features.isDisposed &&
    features.dtype === "float32" && features.rank === 2 && features.shape[1] === dim;
  if (!sound) {
    throw new TypeError(
      `Cannot smooth features as they must be a float32 tensor of shape [N, ${dim}], not disposed: ` +
        `current value is ${shown(features)}`,
    );
  }
  const rows = features.shape[0];
  const column = labels instanceof tf.Tensor && !labels.isDisposed &&
    ["float32", "int32", "bool"].includes(labels.dtype) && labels.shape[0] === rows &&
    (labels.rank === 1 || (labels.rank === 2 && labels.shape[1] === 1));
  if (!column) {
    throw new TypeError(
      `Cannot smooth features as labels must be a tensor of shape [${rows}] or [${rows}, 1] in training, ` +
        `of numbers, not disposed: current value is ${shown(labels)}`,
    );
  }
}
