/** Seeded random numbers of the synthetic benchmark. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers; the same seed gives the same stream. */
export interface Random {
  /** Uniform on [low, high). */
  uniform(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
}

/** Starts a stream at a 32-bit integer. */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const unit = () => uniformFloat64(generator);
  // The first numbers of neighboring seeds resemble each other.
  for (let i = 0; i < 64; i++) unit();
  return {
    uniform: (low, high) => low + (high - low) * unit(),
    // Box-Muller; 1 - unit() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}
