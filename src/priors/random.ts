/**
 * Seeded random numbers.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { checkNumber } from "../check/check_number.ts";

/** A stream of random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A uniform integer from 0 to `below - 1`. */
  integer(below: number): number;
}

/**
 * The stream that belongs to a seed.
 *
 * @param seed An integer from 0 to 2^32 - 1: the generator's state holds no more of it.
 * @param action What cannot be done with another seed, for the error.
 */
export function random(seed: number, action: string): Random {
  checkNumber(seed, "seed", action, { whole: true, least: 0, most: 2 ** 32 - 1 });
  const generator = xoroshiro128plus(seed);
  // The first numbers of seeds 0, 1, 2, ... are nearly equal: 0.99999, then 0.75, 0.81, 0.88, ...
  for (let i = 0; i < 32; i++) generator.next();
  return {
    uniform: () => uniformFloat64(generator),
    integer: (below) => uniformInt(generator, 0, below - 1),
  };
}
