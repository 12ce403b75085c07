/** Comparison of lists of numbers. */
import { assert, assertEquals } from "@std/assert";

/** Every element within `tolerance` of the expected, relative, or absolute below 1. NaN fails. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-12,
  name = "",
): void {
  assertEquals(actual.length, expected.length, `${name}: lengths`);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    const scale = Math.max(1, Math.abs(e));
    assert(Math.abs(a - e) <= tolerance * scale, `${name}: element ${i} is ${a}, not ${e}`);
  }
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
