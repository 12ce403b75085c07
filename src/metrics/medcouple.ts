/** The medcouple of Brys, Hubert and Struyf (2004): a robust skewness, from -1 to 1. */

/**
 * The median of `((upper - m) + (lower - m)) / (upper - lower)` over all pairs of a value not below
 * the median m and one not above it; of an even number of pairs, the mean of the middle two.
 *
 * With both halves sorted downwards the pairs' numbers fall along rows and columns, so that one
 * walk along the border counts those above a bound, and finds its neighbors: O(n) a step, some ten
 * to twenty steps.
 */
export function medcouple(sorted: Float64Array): number {
  const n = sorted.length;
  const median = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
  const centered = sorted.map((value) => value - median).reverse();
  const upper = centered.filter((value) => value >= 0);
  const lower = centered.filter((value) => value <= 0);
  const pairs = upper.length * lower.length;
  const rank = Math.floor((pairs - 1) / 2);
  const first = numberOfRank(upper, lower, rank);
  if (pairs % 2 === 1) return first;
  const { above, below } = walk(upper, lower, first, true);
  return (first + (above > rank + 1 ? first : below)) / 2;
}

/** More than were ever seen: rounding may keep the ends from meeting. */
const MOST_STEPS = 200;

/** The number with `rank` others before it, from the largest. */
function numberOfRank(upper: Float64Array, lower: Float64Array, rank: number): number {
  // The number lies from `least` to `most`; more than `rank` numbers lie above the former's bound.
  let [least, most] = [-1, 1];
  let [aboveLeast, aboveMost] = [upper.length * lower.length, 0];
  for (let step = 0; step < MOST_STEPS && least < most; step++) {
    // By turns where a straight line would have the rank, and half-way.
    const share = step % 2 === 0 ? (aboveLeast - rank) / (aboveLeast - aboveMost) : 0.5;
    const bound = Math.max(least, Math.min(least + share * (most - least), before(most)));
    const { above, below, next } = walk(upper, lower, bound);
    if (above > rank) [least, aboveLeast] = [next, above];
    else [most, aboveMost] = [below, above];
  }
  return most;
}

/** A little less than a number from -1 to 1. */
function before(value: number): number {
  return value - 2 ** -53;
}

interface Border {
  /** How many numbers are above the bound, or equal to it if so asked. */
  readonly above: number;
  /** The least of them. */
  readonly next: number;
  /** The largest of the others. */
  readonly below: number;
}

function walk(upper: Float64Array, lower: Float64Array, bound: number, orEqual = false): Border {
  let [above, next, below] = [0, 1, -1];
  let j = lower.length;
  for (let i = 0; i < upper.length && j > 0; i++) {
    const a = upper[i]!;
    for (; j > 0; j--) {
      const b = lower[j - 1]!;
      // Values at the median, last in `upper` and first in `lower`: by order, half of the pairs +1.
      const value = a === 0 && b === 0 ? Math.sign(upper.length - i - j) : (a + b) / (a - b);
      if (value > bound || (orEqual && value === bound)) {
        if (value < next) next = value;
        break;
      }
      if (value > below) below = value;
    }
    above += j;
  }
  return { above, next, below };
}
