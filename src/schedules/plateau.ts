/**
 * The learning-rate schedule that waits for no more progress.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { PastEpoch } from "./past_epoch.ts";
import type { Schedule } from "./schedule.ts";

/** When {@linkcode plateau} lowers the rate, and by how much. */
export interface PlateauOptions {
  /** What must improve: a validation metric by name. Default the training loss. */
  readonly monitor?: string | undefined;
  /** Whether less or more of it is better. Default `"min"`. */
  readonly mode?: "min" | "max" | undefined;
  /** How many epochs without improvement lower the rate, an integer from 1. Default 10. */
  readonly patience?: number | undefined;
  /** What the rate is multiplied by each time, in (0, 1). Default 0.1. */
  readonly factor?: number | undefined;
  /**
   * How much better than the best so far counts as better, in its unit, from 0. Default 0:
   * anything.
   */
  readonly minDelta?: number | undefined;
  /** The least that the schedule becomes, in [0, 1]. Default 0. */
  readonly least?: number | undefined;
}

const CLAIM = "Cannot create a schedule of plateaus";
const NAMES = ["monitor", "mode", "patience", "factor", "minDelta", "least"] as const;

/**
 * Lowers the learning rate when a loss or metric has stopped to improve.
 *
 * Choose it where it is not known beforehand how many epochs are needed; {@linkcode cosine} where
 * it is. After `patience` epochs that were not better than the best so far it multiplies the rate
 * by `factor`, and waits anew. With a `monitor` only validated epochs count. A value that is NaN is
 * not better.
 *
 * The training loss under a learned noise is no monitor, since losses under different sigmas are in
 * different scales: choose a metric then.
 *
 * It is a function of the history alone: a resumed run goes on as the whole one.
 *
 * @param options When and by how much; all have defaults.
 * @returns The schedule: `factor` to the power of how often that has happened. It throws a
 * `TypeError` where it is called without the history, and a `RangeError` where no metric is called
 * as `monitor` says.
 * @throws {TypeError} If an option is unknown or of the wrong kind.
 * @throws {RangeError} If an option's value is out of its range.
 *
 * @example Two epochs without progress
 * ```ts
 * import { plateau } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = plateau({ patience: 2, factor: 0.5 });
 * const history = [3, 1, 2, 2].map((loss, epoch) => ({ epoch, loss }));
 * assertEquals(schedule(3, 100, history.slice(0, 3)), 1);
 * assertEquals(schedule(4, 100, history), 0.5);
 * ```
 *
 * @see Keras's ReduceLROnPlateau.
 */
export function plateau(options: PlateauOptions = {}): Schedule {
  checkOptions(options, NAMES, CLAIM);
  const { monitor, mode = "min", patience = 10, factor = 0.1, minDelta = 0, least = 0 } = options;
  if (monitor !== undefined && typeof monitor !== "string") {
    throw new TypeError(
      `${CLAIM} as monitor must be a metric's name: current value is ${shown(monitor)}`,
    );
  }
  checkChoice(mode, "mode", ["min", "max"], CLAIM);
  checkNumber(patience, "patience", CLAIM, { least: 1, whole: true });
  checkNumber(factor, "factor", CLAIM, { above: 0, below: 1, float32: true });
  checkNumber(minDelta, "minDelta", CLAIM, { least: 0 });
  checkNumber(least, "least", CLAIM, { least: 0, most: 1 });
  const sign = mode === "min" ? 1 : -1;
  return (epoch, _epochs, history) => {
    let [best, waited, reductions] = [Infinity, 0, 0];
    for (const value of monitored(epoch, history, monitor)) {
      if (sign * value < best - minDelta) [best, waited] = [sign * value, 0];
      else if (++waited === patience) [reductions, waited] = [reductions + 1, 0];
    }
    return Math.max(least, factor ** reductions);
  };
}

/** The monitored values of the epochs before. */
function monitored(
  epoch: number,
  history: readonly PastEpoch[] | undefined,
  monitor: string | undefined,
): number[] {
  if (epoch > 0 && history === undefined) {
    throw new TypeError(
      "Cannot schedule a learning rate as a plateau must be given the epochs before: " +
        `current epoch is ${epoch}, without a history`,
    );
  }
  const past = (history ?? []).filter((record) => record.epoch < epoch);
  if (monitor === undefined) return past.map(({ loss }) => loss);
  return past.flatMap(({ metrics }) => {
    if (metrics === undefined) return [];
    const value = metrics[monitor];
    if (value !== undefined) return [value];
    throw new RangeError(
      "Cannot schedule a learning rate as plateau's monitor must be one of the metrics " +
        `[${Object.keys(metrics)}]: current value is ${shown(monitor)}`,
    );
  });
}
