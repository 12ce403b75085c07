/**
 * The order of the rows in each epoch.
 *
 * @module
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * Returns what gives an epoch's order, which follows from the seed alone; epochs may not be gone
 * back to.
 */
export function epochOrders(rows: number, seed: number): (epoch: number) => Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const generator = xoroshiro128plus(seed);
  let shuffles = 0;
  return (epoch) => {
    // An epoch's order follows from the ones before: a run that is resumed draws them again.
    for (; shuffles <= epoch; shuffles++) {
      for (let i = rows - 1; i > 0; i--) {
        const j = uniformInt(generator, 0, i);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
    }
    return order.slice(); // tfjs keeps what it is given
  };
}
