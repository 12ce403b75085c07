/**
 * Warm-up of a learning rate.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";
import { constant } from "./constant.ts";
import type { Schedule } from "./schedule.ts";
import { byEpoch, seesHistory } from "./sees_history.ts";

const CLAIM = "Cannot create a warm-up";

/**
 * Raises the learning rate evenly over the first epochs, on top of another schedule.
 *
 * Choose it where a run diverges, or forgets pretrained weights, in its first steps at the full
 * rate. It counts in epochs, as schedules do: in epoch `k` of a warm-up of `n` the factor is `(k +
 * 1) / (n + 1)`, so that even one epoch, at half the rate, is a warm-up. The other schedule is not
 * moved: it is multiplied, and from epoch `n` on it is as without warm-up.
 *
 * @param warmEpochs How many epochs are below the full rate, an integer; 0 is none.
 * @param schedule What is warmed up. Default {@linkcode constant}.
 * @returns The schedule: `schedule` times the warm-up's factor.
 * @throws {TypeError} If an argument is of the wrong kind.
 * @throws {RangeError} If `warmEpochs` is not an integer from 0.
 *
 * @example Three epochs up, then down along a cosine
 * ```ts
 * import { cosine, warmUp } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1, 2, 3].map((epoch) => warmUp(3)(epoch, 100)), [0.25, 0.5, 0.75, 1]);
 * assertEquals(warmUp(3, cosine())(50, 100), cosine()(50, 100));
 * ```
 *
 * @see Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.2 (gradual warm-up; there in
 * steps).
 */
export function warmUp(warmEpochs: number, schedule: Schedule = constant()): Schedule {
  checkNumber(warmEpochs, "warmEpochs", CLAIM, { least: 0, whole: true });
  if (typeof schedule !== "function") {
    throw new TypeError(
      `${CLAIM} as schedule must be a function: current value is ${shown(schedule)}`,
    );
  }
  const warm: Schedule = (epoch, epochs, history) =>
    Math.min(1, (epoch + 1) / (warmEpochs + 1)) * schedule(epoch, epochs, history);
  return seesHistory(schedule) ? warm : byEpoch(warm);
}
