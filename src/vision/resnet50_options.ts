/**
 * The options of ResNet-50, checked.
 *
 * @module
 */
import { checkArray } from "../check/check_array.ts";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkChoice } from "../check/check_choice.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";

/** What {@linkcode resNet50} is made from. */
export interface ResNet50Options {
  /** Height, width and channels of the pictures. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** How many numbers come out for each of them. */
  readonly units: number;
  /** How many channels the first convolution makes; every stage doubles it. Default 64. */
  readonly width?: number | undefined;
  /** How many blocks each stage has. Default `[3, 4, 6, 3]`. */
  readonly blocks?: readonly number[] | undefined;
  /** Makes the initial weights the same each time, an integer. Default: others each time. */
  readonly seed?: number | undefined;
  /** Whether the backward pass computes each block anew. Default false. */
  readonly checkpointed?: boolean | undefined;
  /** What frozen layers normalize by in training: see {@linkcode ConvBatchNormConfig}. */
  readonly frozenStatistics?: ConvBatchNormConfig["frozenStatistics"] | undefined;
}

const CREATE = "Cannot create a ResNet-50";
const NAMES = [
  ...["inputShape", "units", "width", "blocks", "seed", "checkpointed", "frozenStatistics"],
];
const COUNT = { whole: true, least: 1 };
/** What keeps every layer's own seed among the integers. */
const MOST_SEED = 2 ** 32;

/** The options with their defaults; throws where a value is wrong. */
export function checkResNet50(options: ResNet50Options) {
  checkOptions(options, NAMES, CREATE);
  const { inputShape, units } = options;
  checkCounts(inputShape, "inputShape", CREATE, 3);
  checkNumber(units, "units", CREATE, COUNT);
  return { inputShape, units, ...checkResidual(options, CREATE) };
}

/** Those of any network with these stages; `claim` is how a message begins. */
export function checkResidual(
  options: Omit<ResNet50Options, "inputShape" | "units">,
  claim: string,
  stages?: number,
) {
  const { width = 64, blocks = [3, 4, 6, 3], seed } = options;
  const { checkpointed = false, frozenStatistics = "running" as const } = options;
  checkNumber(width, "width", claim, COUNT);
  checkCounts(blocks, "blocks", claim, stages);
  if (seed !== undefined) {
    checkNumber(seed, "seed", claim, { whole: true, least: -MOST_SEED, most: MOST_SEED });
  }
  checkBoolean(checkpointed, "checkpointed", claim);
  checkChoice(frozenStatistics, "frozenStatistics", ["running", "batch"], claim);
  return { width, blocks, seed, checkpointed, frozenStatistics };
}

function checkCounts(value: unknown, name: string, claim: string, length?: number): void {
  checkArray(value, name, claim);
  value.forEach((count, i) => checkNumber(count, `${name}[${i}]`, claim, COUNT));
  if (length === undefined ? value.length > 0 : value.length === length) return;
  throw new RangeError(
    `${claim} as ${name} must have ${length ?? "at least 1"} numbers: ` +
      `current value has ${value.length}`,
  );
}
