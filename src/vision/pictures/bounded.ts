/**
 * Work of which only so much goes on at once.
 *
 * @module
 */

/** Starts work as soon as fewer than the most goes on, in the order in which it was asked for. */
export type Bounded = <T>(work: () => Promise<T>) => Promise<T>;

/** A bound on work; it never rejects by itself. */
export function bounded(most: number): Bounded {
  let going = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (going < most) going++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next(); // takes over this one's place
      else going--;
    }
  };
}
