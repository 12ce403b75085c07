/**
 * The stepwise learning-rate schedule.
 *
 * @module
 */
import type { Schedule } from "./schedule.ts";

/** Where {@linkcode steps} lowers the rate, and by how much. */
export interface StepsOptions {
  /** The epochs at which the rate is multiplied, ascending, from 0. */
  readonly at: readonly number[];
  /** What it is multiplied by each time, above 0. Default 0.1. */
  readonly factor?: number;
}

/**
 * Multiplies the learning rate at given epochs.
 *
 * @param options Where, and by how much.
 * @returns The schedule: `factor` to the power of how many epochs of `at` have been reached.
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
export function steps({ at, factor = 0.1 }: StepsOptions): Schedule {
  if (!at.every((epoch, i) => epoch >= (i === 0 ? 0 : at[i - 1]!))) {
    throw new RangeError(
      `Cannot create a schedule as its steps must be ascending epochs from 0: current value is [${at}]`,
    );
  }
  if (!(factor > 0)) {
    throw new RangeError(
      `Cannot create a schedule as factor must be > 0: current value is ${factor}`,
    );
  }
  return (epoch) => factor ** at.filter((step) => step <= epoch).length;
}
