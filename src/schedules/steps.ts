/**
 * The stepwise learning-rate schedule.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { Schedule } from "./schedule.ts";
import { byEpoch } from "./sees_history.ts";

/** Where {@linkcode steps} lowers the rate, and by how much. */
export interface StepsOptions {
  /** The epochs at which the rate is multiplied, ascending, from 0. */
  readonly at: readonly number[];
  /** What it is multiplied by each time, above 0. Default 0.1. */
  readonly factor?: number | undefined;
}

const CLAIM = "Cannot create a schedule of steps";

/**
 * Multiplies the learning rate at given epochs.
 *
 * @param options Where, and by how much.
 * @returns The schedule: `factor` to the power of how many epochs of `at` have been reached.
 * @throws {TypeError} If an option is missing, unknown or of the wrong kind.
 * @throws {RangeError} If `at` is not ascending from 0 or `factor` is not above 0.
 *
 * @example A tenth from epoch 60, a hundredth from epoch 80
 * ```ts
 * import { steps } from "@balanced/mse";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const schedule = steps({ at: [60, 80] });
 * assertEquals(schedule(59, 100), 1);
 * assertAlmostEquals(schedule(80, 100), 0.01);
 * ```
 */
export function steps(options: StepsOptions): Schedule {
  checkOptions(options, ["at", "factor"], CLAIM, "options, { at: [10, 20] }, say,");
  const { at, factor = 0.1 } = options;
  if (!Array.isArray(at) || !at.every((epoch) => typeof epoch === "number")) {
    throw new TypeError(
      `${CLAIM} as at must be epochs in an array: current value is ${shown(at)}`,
    );
  }
  if (!at.every((epoch, i) => epoch >= (i === 0 ? 0 : at[i - 1]!))) {
    throw new RangeError(
      `${CLAIM} as at must be ascending epochs from 0: current value is ${shown(at)}`,
    );
  }
  checkNumber(factor, "factor", CLAIM, { above: 0, float32: true });
  const epochs = [...at];
  return byEpoch((epoch) => factor ** epochs.filter((step) => step <= epoch).length);
}
