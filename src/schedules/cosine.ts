/**
 * The cosine learning-rate schedule.
 *
 * @module
 */
import type { Schedule } from "./schedule.ts";
import { byEpoch } from "./sees_history.ts";

/**
 * Lowers the learning rate along half a cosine, from the base rate towards 0:
 * `(1 + cos(pi epoch / epochs)) / 2`.
 *
 * Choose it when the number of epochs is fixed beforehand.
 *
 * @returns The schedule: 1 in epoch 0, 1/2 half-way; it would be 0 in epoch `epochs`.
 *
 * @example Half the base rate half-way
 * ```ts
 * import { cosine } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(cosine()(50, 100), 0.5);
 * ```
 *
 * @see Loshchilov and Hutter, SGDR, ICLR 2017, eq. 5, without restarts and with a final rate of 0.
 */
export function cosine(): Schedule {
  return byEpoch((epoch, epochs) => (1 + Math.cos(Math.PI * epoch / epochs)) / 2);
}
