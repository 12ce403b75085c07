/**
 * The constant learning-rate schedule.
 *
 * @module
 */
import type { Schedule } from "./schedule.ts";
import { byEpoch } from "./sees_history.ts";

/**
 * Keeps the learning rate as it is: the default.
 *
 * @returns The schedule that is 1 in every epoch.
 *
 * @example Always the base rate
 * ```ts
 * import { constant } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(constant()(99, 100), 1);
 * ```
 */
export function constant(): Schedule {
  return byEpoch(() => 1);
}
