/**
 * The feature-smoothing layer's config, and checks of all that it is given.
 *
 * @module
 */
import { isTensor } from "../check/is_tensor.ts";
import { checkEdges, MAX_BINS } from "../bins/label_bins.ts";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkName } from "../check/check_name.ts";
import { checkNumber, type NumberRule } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { checkKernelSize, KERNELS } from "../priors/label_smoothing.ts";
import type { Shape } from "../tensor.ts";
import { LAYER_NAMES } from "./layer_names.ts";
import type { SmoothingKernel } from "./smoothing_window.ts";

/** What {@linkcode FeatureSmoothing} is made from: the label bins, and how to smooth over them. */
export interface FeatureSmoothingConfig {
  /**
   * How many label bins, at least 1; this or `edges` must be given. Work and memory per batch are
   * rows times bins.
   */
  readonly bins?: number | undefined;
  /** Goes with `bins`: the lower edge of the first, in units of the label. Default 0. */
  readonly start?: number | undefined;
  /** Goes with `bins`: their width, in units of the label. Default 1: a bin for each integer. */
  readonly binWidth?: number | undefined;
  /**
   * The bins' edges, two or more, increasing, in units of the label: bin b holds the labels from
   * `edges[b]` to below `edges[b + 1]`. Float32 must tell them apart.
   */
  readonly edges?: ArrayLike<number> | undefined;
  /** The kernel over neighboring bins. Default `"gaussian"`. */
  readonly kernel?: SmoothingKernel | undefined;
  /** How many bins the kernel covers, an odd number. Default 5. */
  readonly size?: number | undefined;
  /** The kernel's width in bins; `"triangular"` has none. Default 2. */
  readonly sigma?: number | undefined;
  /**
   * What the statistics so far weigh against an epoch's, in [0, 1); null weighs both by their rows.
   * Default 0.9.
   */
  readonly momentum?: number | null | undefined;
  /**
   * The least and the greatest ratio of a bin's smoothed variance to its own, finite; ratios beyond
   * are set to it. Default `[0.1, 10]`, the authors' for ages; theirs are `[0.2, 5]` for depth and
   * `[0.5, 2]` for texts.
   */
  readonly clip?: readonly [least: number, greatest: number] | undefined;
  /** The first epoch, from 0, whose statistics count. Default 0. */
  readonly startUpdate?: number | undefined;
  /** The first epoch, from 0, that calibrates features. Default 1. */
  readonly startSmooth?: number | undefined;
  /**
   * Whether training steps gather the statistics. Default true; with false call
   * `update` yourself.
   */
  readonly collect?: boolean | undefined;
  /** The layer's name. */
  readonly name?: string | undefined;
}

const CREATE = "Cannot create feature smoothing";

/** The config by name, and what any layer of tfjs may have. */
const NAMES = [
  ...["bins", "start", "binWidth", "edges", "kernel", "size", "sigma", "momentum"],
  ...["clip", "startUpdate", "startSmooth", "collect", ...LAYER_NAMES],
];

/** The config without what any layer has, its defaults filled in; throws where a value is wrong. */
export function checkFeatureSmoothing(config: FeatureSmoothingConfig) {
  checkOptions(config, NAMES, CREATE, "config");
  const { startUpdate = 0, startSmooth = 1, momentum = 0.9, collect = true } = config;
  const { kernel = "gaussian", size = 5, sigma = 2, clip = [0.1, 10], name } = config;
  const epoch: NumberRule = { whole: true, least: 0 };
  checkNumber(startUpdate, "startUpdate", CREATE, epoch);
  checkNumber(startSmooth, "startSmooth", CREATE, epoch);
  if (momentum !== null) checkNumber(momentum, "momentum", CREATE, { least: 0, below: 1 });
  checkChoice(kernel, "kernel", KERNELS, CREATE);
  checkKernelSize(size, "size", CREATE);
  checkNumber(sigma, "sigma", CREATE, { above: 0, most: 1e6 });
  checkClip(clip);
  checkBoolean(collect, "collect", CREATE);
  checkName(name, "name", CREATE);
  const bins = checkLabelBins(config);
  const kinds = { kernel, size, sigma, momentum, clip, startUpdate, startSmooth, collect };
  return { ...bins, ...kinds };
}

function checkClip(clip: readonly [number, number]): void {
  if (!Array.isArray(clip) || clip.length !== 2) {
    throw new TypeError(
      `${CREATE} as clip must be [least, greatest], two numbers: current value is ${shown(clip)}`,
    );
  }
  checkNumber(clip[0], "clip's least", CREATE, { least: 0 });
  checkNumber(clip[1], "clip's greatest", CREATE, { least: clip[0], above: 0 });
}

/** What the layer works with: every value given. */
export type CheckedFeatureSmoothing = ReturnType<typeof checkFeatureSmoothing>;

/** The bins in the words that they were given in, and their edges. */
function checkLabelBins({ bins, edges, start, binWidth }: FeatureSmoothingConfig) {
  if ((bins === undefined) === (edges === undefined)) {
    throw new TypeError(
      `${CREATE} as exactly one of bins and edges must be given: ` +
        `current number is ${bins === undefined ? 0 : 2}`,
    );
  }
  const given = bins === undefined
    ? { edges: givenEdges(edges, start, binWidth) }
    : checkGrid(bins, start, binWidth);
  const all = "edges" in given ? given.edges : gridEdges(given);
  // On the device labels are compared with them as float32 numbers.
  const place = all.findIndex((edge, b) =>
    b > 0 && !(Math.fround(edge) > Math.fround(all[b - 1]!))
  );
  if (place > 0 || !all.every((edge) => Number.isFinite(Math.fround(edge)))) {
    throw new RangeError(
      `${CREATE} as float32 must tell the bins' edges apart: current ones are ` +
        `${shown(place > 0 ? [all[place - 1], all[place]] : all)}`,
    );
  }
  return { given, edges: all };
}

interface Grid {
  readonly bins: number;
  readonly start: number;
  readonly binWidth: number;
}

function checkGrid(bins: number, start = 0, binWidth = 1): Grid {
  checkNumber(bins, "bins", CREATE, { whole: true, least: 1, most: MAX_BINS });
  checkNumber(start, "start", CREATE, {});
  checkNumber(binWidth, "binWidth", CREATE, { above: 0 });
  return { bins, start, binWidth };
}

function gridEdges({ bins, start, binWidth }: Grid): number[] {
  return Array.from({ length: bins + 1 }, (_, b) => start + b * binWidth);
}

function givenEdges(edges: unknown, start: unknown, binWidth: unknown): number[] {
  for (const [name, value] of Object.entries({ start, binWidth })) {
    if (value === undefined) continue;
    throw new TypeError(`${CREATE} as ${name} must go with bins: current value is ${shown(value)}`);
  }
  return [...checkEdges(edges, CREATE)];
}

/** The features' shape, of it and the labels'. */
export function featureShape(shape: Shape | Shape[]): Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as Shape;
}

/** A layer's weights; throws where it has none yet. */
export function checkApplied<T>(weights: T | undefined, action: string, name: string): T {
  if (weights) return weights;
  throw new Error(
    `Cannot ${action} as the layer must have been applied in a model: current layer is ${name}`,
  );
}

/** D of features' shape `[null, D]`; throws where it is another. */
export function featureSize(shape: Shape): number {
  const [rows, dim, ...rest] = shape;
  if (rows !== undefined && dim && rest.length === 0) return dim;
  throw new TypeError(
    `${CREATE} as features must have shape [N, D], flatten them: current value is [${shape}]`,
  );
}

/** Throws unless features are `[N, D]` and labels `[N]` or `[N, 1]`. */
export function checkFeatures(features: unknown, labels: unknown, dim: number): void {
  if (!isTensor(features) || features.rank !== 2 || features.shape[1] !== dim) {
    throw new TypeError(
      `Cannot smooth features as they must be a tensor of shape [N, ${dim}]: current value is ${
        shown(features)
      }`,
    );
  }
  const rows = features.shape[0];
  const column = isTensor(labels) && labels.shape[0] === rows &&
    (labels.rank === 1 || (labels.rank === 2 && labels.shape[1] === 1));
  if (!column) {
    throw new TypeError(
      `Cannot smooth features as labels must be a tensor of shape [${rows}] or [${rows}, 1] ` +
        `in training: current value is ${shown(labels)}`,
    );
  }
}
