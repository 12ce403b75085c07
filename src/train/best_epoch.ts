/**
 * Which epoch of a run is the best.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { EpochRecord } from "./epoch_record.ts";
import type { AnyTrainOptions } from "./train_options.ts";

/** What epochs are compared by. */
export type Judge = (record: EpochRecord) => number | undefined;

/**
 * Makes what gives an epoch's score: the monitored metric, where it was validated; without
 * validation the training loss, but nothing where a noise is learned, as losses under different
 * sigmas are in different scales.
 */
export function judgeOf(
  { validation, noise }: Pick<AnyTrainOptions, "validation" | "noise">,
): Judge {
  if (!validation) return noise ? () => undefined : ({ loss }) => loss;
  const monitor = validation.monitor ?? Object.keys(validation.metrics)[0]!;
  return ({ metrics }) => {
    if (metrics === undefined || monitor in metrics) return metrics?.[monitor];
    throw new RangeError(
      `Cannot train as validation.monitor must be one of the metrics [${Object.keys(metrics)}]: ` +
        `current value is ${shown(monitor)}`,
    );
  };
}

/** The epoch of the best score; the first of equals, -1 where none has one. */
export function bestEpochOf(
  history: readonly EpochRecord[],
  judge: Judge,
  mode: "min" | "max" = "min",
): number {
  const sign = mode === "min" ? 1 : -1;
  let [best, least] = [-1, Infinity];
  for (const record of history) {
    const score = sign * (judge(record) ?? NaN);
    if (score < least) [best, least] = [record.epoch, score];
  }
  return best;
}

/** Whether so many epochs have gone by without a better one, as far as scores are known. */
export function isPatienceOver(
  patience: number | undefined,
  history: readonly EpochRecord[],
  judge: Judge,
  mode?: "min" | "max",
): boolean {
  const last = history.findLast((record) => judge(record) !== undefined);
  if (patience === undefined || !last) return false;
  return last.epoch - bestEpochOf(history, judge, mode) >= patience;
}
