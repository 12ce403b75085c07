/**
 * What a learning-rate schedule is.
 *
 * @module
 */
import type { PastEpoch } from "./past_epoch.ts";

/**
 * A learning-rate schedule: what the base rate is multiplied by in an epoch. It depends on its
 * arguments alone, so that a resumed run goes on as the whole one.
 *
 * @param epoch The epoch, from 0.
 * @param epochs How many there will be.
 * @param history The epochs before, in order, all of them: {@linkcode train} gives it to every
 * schedule of your own. It reads the losses once an epoch for that, which costs 11 ms in Deno; not
 * for {@linkcode constant}, {@linkcode cosine} and {@linkcode steps}, which need no history.
 * @returns A factor, usually in [0, 1].
 */
export type Schedule = (
  epoch: number,
  epochs: number,
  history?: readonly PastEpoch[],
) => number;
