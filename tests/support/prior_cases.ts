/** Rows for the losses with a prior, and the comparison of their results. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { problem } from "./cases.ts";

export const CASES = [
  problem("1-D", { rows: 41, dim: 1, sigma: 0.3 }),
  problem("3-D", { rows: 30, dim: 3, sigma: 0.5 }),
];

/** Compares with a tolerance relative to the largest of the expected. */
export function assertAllClose(
  actual: ArrayLike<number>,
  expected: number[],
  tolerance: number,
  name = "",
) {
  assertEquals(actual.length, expected.length, name);
  const size = Math.max(...expected.map(Math.abs), 1e-30);
  expected.forEach((x, i) => assertAlmostEquals(actual[i]!, x, tolerance * size, `${name} ${i}`));
}
