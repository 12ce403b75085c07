/** MPVPE, its balanced form and its tails, against values worked by hand. */
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { balanced, mpvpe } from "../../mod.ts";

/** Bodies of two vertices whose errors are e and 3 e: 2 e in the mean. */
function bodies(errors: readonly number[]) {
  const target = errors.map((_, i) => [[i, 0, 0], [0, i, 1]]);
  const pred = target.map(([a, b], i) => [
    [a![0]!, a![1]! + errors[i]!, a![2]!],
    [b![0]! + errors[i]!, b![1]! - 2 * errors[i]!, b![2]! + 2 * errors[i]!],
  ]);
  return { pred, target };
}

Deno.test("MPVPE: the mean over all vertices of all bodies", async () => {
  const { pred, target } = bodies([1, 2, 6]);
  assertAlmostEquals(await mpvpe(pred, target), 2 * (1 + 2 + 6) / 3, 1e-12);
});

Deno.test("MPVPE: balanced over 100 bins of a distance, and the tails", async () => {
  // 36 common bodies at 0 to 3.5, in 4 bins of width 1; then four at 40, 60, 60.5 and 100.
  const rarity = [...Array.from({ length: 36 }, (_, i) => i / 10), 40.2, 60, 60.5, 100];
  const errors = [...new Array<number>(10).fill(1), ...new Array<number>(26).fill(2), 5, 6, 8, 11];
  const { pred, target } = bodies(errors);
  const options = { binBy: rarity, bins: 100, rarity };
  const { overall, tail10, tail5, many } = await balanced(mpvpe, pred, target, undefined, options);
  // Bins [0, 1), [1, 2), [2, 3), [3, 4): 1, 2, 2, 2; [40, 41): 5; [60, 61): 7; [99, 100]: 11.
  assertAlmostEquals(overall, 2 * (1 + 2 + 2 + 2 + 5 + 7 + 11) / 7, 1e-12);
  assertAlmostEquals(tail10, 2 * (5 + 6 + 8 + 11) / 4, 1e-12); // of 40 bodies four
  assertAlmostEquals(tail5, 2 * (8 + 11) / 2, 1e-12);
  assertEquals(many, NaN); // there are no training labels
});

Deno.test("MPVPE: what is no bodies is refused", async () => {
  await assertRejects(
    () => mpvpe([[1, 2, 3]], [[1, 2, 3]]),
    TypeError,
    "Cannot compute MPVPE as pred must be [N, V, 3]: current shape is [1,3]",
  );
  await assertRejects(() => mpvpe([[[1, 2, NaN]]], [[[1, 2, 3]]]), RangeError, "MPVPE");
});
