/**
 * The config of a convolution with batch normalization, checked.
 *
 * @module
 */
import { checkBoolean } from "../check/check_boolean.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkName } from "../check/check_name.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkSize } from "./check_size.ts";
import { LAYER_NAMES } from "../layers/layer_names.ts";
import type { Shape } from "../tensor.ts";

/** What {@linkcode ConvBatchNorm} is made from. */
export interface ConvBatchNormConfig {
  /** How many channels come out. */
  readonly filters: number;
  /** Height and width of the kernels in pixels, an odd number. */
  readonly kernelSize: number;
  /** How many pixels lie between two places of a kernel. Default 1. */
  readonly strides?: number | undefined;
  /**
   * Rows and columns to which pictures are resized before the convolution, bilinearly, as
   * {@linkcode Resize} does; without strides. Where it enlarges, choose it over that layer: the
   * convolution comes first inside, with the same result, at the smaller size, which takes a share
   * of the work and of the memory. Default: as they are.
   */
  readonly resizeTo?: readonly [height: number, width: number] | undefined;
  /** Whether what is below 0 becomes 0 at the end. Default true. */
  readonly relu?: boolean | undefined;
  /** What is added to a variance before its root is taken, > 0. Default 1e-5. */
  readonly epsilon?: number | undefined;
  /**
   * What a batch weighs in the running statistics, in [0, 1]: PyTorch's momentum, 1 less that of
   * `tf.layers`. Default 0.1.
   */
  readonly momentum?: number | undefined;
  /**
   * By what a frozen layer normalizes while the rest of the model is trained: `"running"`, as at
   * inference; or `"batch"`, and the running statistics go on, as in the authors' second stage,
   * where weights are frozen but not the mode. Default `"running"`.
   */
  readonly frozenStatistics?: "running" | "batch" | undefined;
  /**
   * The name of the batch normalization in files of weights, where the convolution has the name of
   * the layer: see {@linkcode importWeights}. Default the layer's name with `.norm`.
   */
  readonly norm?: string | undefined;
  /**
   * What kernels start from: `"normal"`, of the variance 2 / (kernelSize^2 filters), as
   * torchvision's networks; or `"uniform"`, within one over the square root of
   * kernelSize^2 channels, as any convolution of PyTorch. Default `"normal"`.
   */
  readonly start?: "normal" | "uniform" | undefined;
  /** Makes the initial kernels the same each time. Default: others each time. */
  readonly seed?: number | undefined;
  /** The layer's name. */
  readonly name?: string | undefined;
}

const CREATE = "Cannot create a convolution with batch normalization";

const NAMES = [
  ...["filters", "kernelSize", "strides", "resizeTo", "relu", "epsilon", "momentum"],
  ...["frozenStatistics", "norm", "start", "seed", ...LAYER_NAMES],
];

/** The config without what any layer has, its defaults filled in; throws where a value is wrong. */
export function checkConvBatchNorm(config: ConvBatchNormConfig) {
  checkOptions(config, NAMES, CREATE, "config");
  const { filters, kernelSize, strides = 1, relu = true, epsilon = 1e-5, momentum = 0.1 } = config;
  const { frozenStatistics = "running", norm, start = "normal", seed, name } = config;
  checkNumber(filters, "filters", CREATE, { whole: true, least: 1 });
  checkNumber(kernelSize, "kernelSize", CREATE, { whole: true, least: 1 });
  if (kernelSize % 2 === 0) {
    throw new RangeError(`${CREATE} as kernelSize must be odd: current value is ${kernelSize}`);
  }
  checkNumber(strides, "strides", CREATE, { whole: true, least: 1 });
  const resizeTo = config.resizeTo === undefined
    ? undefined
    : checkSize(config.resizeTo, "resizeTo", CREATE);
  if (resizeTo && strides !== 1) {
    throw new RangeError(
      `${CREATE} as strides must be 1 where pictures are resized: current value is ${strides}`,
    );
  }
  checkBoolean(relu, "relu", CREATE);
  checkNumber(epsilon, "epsilon", CREATE, { above: 0, float32: true });
  checkNumber(momentum, "momentum", CREATE, { least: 0, most: 1 });
  checkChoice(frozenStatistics, "frozenStatistics", ["running", "batch"], CREATE);
  checkChoice(start, "start", ["normal", "uniform"], CREATE);
  if (seed !== undefined) checkNumber(seed, "seed", CREATE, { whole: true });
  checkName(norm, "norm", CREATE);
  checkName(name, "name", CREATE);
  const parts = { filters, kernelSize, strides, resizeTo, relu, epsilon, momentum };
  return { ...parts, frozenStatistics, norm, start, seed };
}

/** What the layer works with. */
export type CheckedConvBatchNorm = ReturnType<typeof checkConvBatchNorm>;

/** How many channels come in, of a shape `[null, H, W, C]`; throws where it is another. */
export function channelsOf(shape: Shape): number {
  const channels = shape[3];
  if (shape.length === 4 && channels) return channels;
  throw new TypeError(
    `${CREATE} as pictures must have shape [N, H, W, C] with a known C: ` +
      `current value is [${shape}]`,
  );
}
