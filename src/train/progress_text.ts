/**
 * What a run tells of an epoch: how fast it goes, how long it will take, how good it is.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";

/** How far a run is. */
export interface Pace {
  /** How many epochs there will be. */
  readonly epochs: number;
  /** How many it had had when it was resumed: they took none of the time. */
  readonly resumed: number;
  /** Optimizer steps since then; undefined if nobody counts. */
  readonly steps: number | undefined;
  /** The time since then. */
  readonly seconds: number;
}

/** "epoch 3/10 | 41.2 steps/s | 1m 5s left | loss 0.5012 | mae 1.250". */
export function progressText({ epoch, loss, metrics = {} }: EpochRecord, pace: Pace): string {
  const { epochs, resumed, steps, seconds } = pace;
  const left = epochs - (epoch + 1);
  const texts = [`epoch ${epoch + 1}/${epochs}`];
  if (steps !== undefined && seconds > 0) texts.push(`${short(steps / seconds)} steps/s`);
  if (left > 0) texts.push(`${duration(seconds / (epoch + 1 - resumed) * left)} left`);
  for (const [name, value] of Object.entries({ loss, ...metrics })) {
    texts.push(`${name} ${value.toPrecision(4)}`);
  }
  return texts.join(" | ");
}

/** Three digits, without an exponent. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`;
}

/** The two greatest of its units: "2d 3h", "1m 5s". */
function duration(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0s";
}
