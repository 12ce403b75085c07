/**
 * What a learnable noise starts from.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber, type NumberRule } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import type { Dimensions } from "../kernels/log_mass/contract.ts";

/** Bounds of a {@linkcode LabelNoise}. */
export interface LabelNoiseBounds {
  /** The least standard deviation, in units of the label, above 0. Default none. */
  readonly min?: number | undefined;
  /** The greatest standard deviation, in units of the label, above `min`. Default none. */
  readonly max?: number | undefined;
}

/** What {@linkcode LabelNoise} starts from. */
export interface LabelNoiseOptions extends LabelNoiseBounds {
  /**
   * The standard deviation to start from, in units of the label, above 0 and within the bounds; an
   * array of D for a noise a dimension.
   */
  readonly sigma: number | readonly number[];
}

/** Options of {@linkcode LabelNoise.fromLabels}. */
export interface LabelNoiseFromLabelsOptions extends LabelNoiseBounds {
  /**
   * `"each"` for a noise a dimension; `"joint"`, the default, for one of all, the root of their
   * mean variance.
   */
  readonly dimensions?: Dimensions | undefined;
}

/** How errors begin. */
export const CLAIM = "Cannot create label noise";
const BOUNDS: readonly string[] = ["min", "max"];

/** Throws unless a noise can start from its options. */
export function checkStart(options: LabelNoiseOptions): void {
  checkOptions(options, ["sigma", ...BOUNDS], CLAIM);
  checkBounds(options);
  checkSigmas(options);
}

/** Throws unless these go with labels. */
export function checkFromLabels(options: LabelNoiseFromLabelsOptions): void {
  checkOptions(options, [...BOUNDS, "dimensions"], CLAIM);
  const { dimensions = "joint" } = options;
  checkChoice(dimensions, "dimensions", ["joint", "each"], CLAIM);
  checkBounds(options);
}

function checkBounds({ min, max }: LabelNoiseBounds): void {
  if (min !== undefined) checkSigma(min, "min", { above: 0 });
  if (max !== undefined) checkSigma(max, "max", { above: min ?? 0 });
}

function checkSigmas({ sigma, min, max }: LabelNoiseOptions): void {
  const sigmas = Array.isArray(sigma) ? sigma : [sigma];
  if (sigmas.length === 0) {
    throw new RangeError(`${CLAIM} as sigma must not be empty: current length is 0`);
  }
  for (const [d, value] of sigmas.entries()) {
    const name = Array.isArray(sigma) ? `sigma of dimension ${d}` : "sigma";
    checkSigma(value, name, { above: 0 });
    if (value >= (min ?? value) && value <= (max ?? value)) continue;
    throw new RangeError(
      `${CLAIM} as ${name} must be within min and max, [${min ?? 0}, ${max ?? "Infinity"}]: ` +
        `current value is ${value}`,
    );
  }
}

/** Beyond float32's normal numbers the variance would be 0, or infinite, or its inverse. */
function checkSigma(value: number, name: string, rule: NumberRule): void {
  checkNumber(value, name, CLAIM, rule);
  const variance = value ** 2;
  if (variance >= 2 ** -126 && variance < 2 ** 128) return;
  throw new RangeError(
    `${CLAIM} as ${name} squared must be a positive finite float32: ` +
      `current value of ${name} is ${value}`,
  );
}
