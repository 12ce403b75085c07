/** The medcouple of Brys, Hubert and Struyf (2004): a robust skewness, from -1 to 1. */

/**
 * The median of `((upper - m) + (lower - m)) / (upper - lower)` over all pairs of a value not below the
 * median m and one not above it; of an even number of pairs, the mean of the middle two.
 *
 * With both halves sorted downwards the pairs' numbers fall along rows and columns, so that those above a
 * bound are counted in one walk along the border, and the median is found by bisection: O(n) a step.
 */
export function medcouple(sorted: Float64Array): number {
  const n = sorted.length;
  const median = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
  const centered = sorted.map((value) => value - median).reverse();
  const upper = centered.filter((value) => value >= 0);
  const lower = centered.filter((value) => value <= 0);
  const kernel = (i: number, j: number): number => {
    const [a, b] = [upper[i]!, lower[j]!];
    // Values at the median, last in `upper` and first in `lower`: by order, half of the pairs +1.
    if (a === 0 && b === 0) return Math.sign(upper.length - 1 - i - j);
    return (a + b) / (a - b);
  };
  const countAbove = (bound: number): number => {
    let [count, j] = [0, lower.length];
    for (let i = 0; i < upper.length && j > 0; i++) {
      while (j > 0 && kernel(i, j - 1) <= bound) j--;
      count += j;
    }
    return count;
  };
  /** The number with exactly `rank` others at least as large before it. */
  const largest = (rank: number): number => {
    if (countAbove(0) <= rank && countAbove(-Number.MIN_VALUE) > rank) return 0;
    let [low, high] = [-1 - 2 ** -50, 1];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (countAbove(middle) > rank) low = middle;
      else high = middle;
    }
    return high;
  };
  const pairs = upper.length * lower.length;
  return (largest(Math.floor((pairs - 1) / 2)) + largest(Math.floor(pairs / 2))) / 2;
}
