/**
 * What chance decides of an epoch: the order of the pictures, and where each is cut and mirrored.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** What is drawn by. */
export interface PlanOptions {
  readonly count: number;
  /** Both whole and below 2^32: any pair has numbers of its own. */
  readonly seed: number;
  readonly epoch: number;
  readonly shuffle: boolean;
  /** Black pixels a side before the cut. */
  readonly padding: number;
  /** The probability to be mirrored. */
  readonly flip: number;
}

/** An epoch. */
export interface EpochPlan {
  /** Which picture comes where. */
  readonly order: Int32Array;
  /** `[count, 3]`, in this order: rows and columns to cut at, from the picture's, and 1: mirror. */
  readonly places: Int32Array;
}

/** Draws an epoch; the same options give the same. */
export function epochPlan(options: PlanOptions): EpochPlan {
  const { count, seed, epoch, shuffle, padding, flip } = options;
  const generator = xoroshiro128plusFromState([-1, ~seed, seed | 0, epoch | 0]);
  // The first numbers of neighboring states resemble each other.
  for (let i = 0; i < 32; i++) generator.next();
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; shuffle && i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const places = new Int32Array(3 * count);
  for (let i = 0; i < 3 * count; i += 3) {
    places[i] = uniformInt(generator, -padding, padding);
    places[i + 1] = uniformInt(generator, -padding, padding);
    places[i + 2] = uniformFloat64(generator) < flip ? 1 : 0;
  }
  return { order, places };
}
