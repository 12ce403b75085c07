/**
 * What ranks have to agree on before they exchange anything.
 *
 * @module
 */

/** The calls of a group. */
export const CALLS = ["allReduceSum", "allGather", "close"] as const;
export type Call = typeof CALLS[number];

/** The least and the greatest of all ranks: of their calls' places in the list, of lengths. */
export interface Extremes {
  readonly calls: readonly [least: number, most: number];
  readonly lengths: readonly [least: number, most: number];
}

/**
 * The same on every rank: throws unless all make the same call, and give as many values where that
 * has to be.
 */
export function checkAgreement({ calls, lengths }: Extremes): void {
  const [one, other] = calls.map((place) => CALLS[place]!) as [Call, Call];
  if (one !== other) {
    throw new Error(
      "Cannot go on as all ranks must make the same calls in the same order: " +
        `current calls are ${one} and ${other}`,
    );
  }
  if (one === "allReduceSum" && lengths[0] !== lengths[1]) {
    throw new RangeError(
      "Cannot allReduceSum as all ranks must give as many values: " +
        `current lengths are between ${lengths[0]} and ${lengths[1]}`,
    );
  }
}
