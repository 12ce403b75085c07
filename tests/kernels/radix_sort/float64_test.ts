/** The sort of float64 numbers against Array.sort. */
import { assertEquals } from "@std/assert";
import { sortFloat64 } from "../../../src/kernels/radix_sort/float64.ts";
import { normals } from "../../support/cases.ts";

const normal = normals(3);
const LISTS: Record<string, Float64Array> = {
  none: new Float64Array(),
  one: Float64Array.of(3),
  normal: Float64Array.from({ length: 5001 }, normal),
  "far from zero": Float64Array.from({ length: 5001 }, () => 1e6 + normal() * 1e-8),
  "every exponent": Float64Array.from({ length: 5001 }, () => normal() * 2 ** (300 * normal())),
  denormal: Float64Array.from({ length: 1001 }, () => 1e-320 * normal()),
  float32: Float64Array.from({ length: 5001 }, () => Math.fround(normal())),
  equal: new Float64Array(1001).fill(-7),
  "few values": Float64Array.from({ length: 5001 }, () => Math.round(2 * normal())),
  extremes: Float64Array.of(
    ...[1, -1, Infinity, 0, -Infinity, -0, 1e308, -1e308, 5e-324, -5e-324, 0, -0, Infinity],
  ),
};

Deno.test("sort of float64: as Array.sort has it, equal ones in the order they come in", () => {
  for (const [name, values] of Object.entries(LISTS)) {
    const expected = [...values.keys()].sort((i, j) => values[i]! - values[j]! || i - j);
    const before = values.slice();
    const { order, values: sorted } = sortFloat64(values);
    // Infinity - Infinity is NaN, which the comparison takes for equal.
    assertEquals([...order], expected, name);
    assertEquals([...sorted], expected.map((i) => values[i]! + 0), name);
    assertEquals(values, before, name);
  }
});
