/** Ranks within one process: sums, gathers, and what they refuse. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Group, localGroups } from "../../mod.ts";

const all = <T>(size: number, run: (group: Group) => Promise<T>) =>
  Promise.all(localGroups(size).map(run));

for (const size of [1, 2, 3, 5]) {
  Deno.test(`local groups: ${size} ranks: sums have the same bits, gathers keep lengths`, async () => {
    const found = await all(size, async (group) => {
      assertEquals(group.size, size);
      const values = Float32Array.of(0.1 * (group.rank + 1), group.rank, 1e-3);
      await group.allReduceSum(values);
      const given = await group.allGather(new Uint8Array(group.rank).fill(group.rank));
      given[0]!.fill(9); // a rank's own copy
      const again = await group.allGather(Uint8Array.of(group.rank));
      return { values: [...values], given: given.map((bytes) => [...bytes]), again };
    });
    const ranks = Array.from({ length: size }, (_, r) => r);
    for (const { values, given, again } of found) {
      assertEquals(values, found[0]!.values);
      assertEquals(values[1], size * (size - 1) / 2);
      assertEquals(given, ranks.map((r) => Array.from({ length: r }, () => r)));
      assertEquals(again.map((bytes) => bytes[0]), ranks);
    }
  });
}

Deno.test("local groups: calls that are not awaited keep their order", async () => {
  const found = await all(2, async (group) => {
    const [one, two] = [Float32Array.of(1), Float32Array.of(10)];
    await Promise.all([group.allReduceSum(one), group.allReduceSum(two)]);
    return [one[0], two[0]];
  });
  assertEquals(found, [[2, 20], [2, 20]]);
});

Deno.test("local groups: other calls and other lengths are refused on all ranks", async () => {
  const errors = await all(3, async (group) => {
    const calls = await assertRejects(
      () =>
        group.rank === 1
          ? group.allReduceSum(new Float32Array(0))
          : group.allGather(new Uint8Array(0)),
      Error,
      "Cannot go on as all ranks must make the same calls in the same order: " +
        "current calls are allReduceSum and allGather",
    );
    const lengths = await assertRejects(
      () => group.allReduceSum(new Float32Array(10 - group.rank)),
      RangeError,
      "Cannot allReduceSum as all ranks must give as many values: " +
        "current lengths are between 8 and 10",
    );
    return [calls, lengths];
  });
  assertEquals(errors.length, 3);
});

Deno.test("local groups: bad input", async () => {
  for (const size of [0, 1.5, -1]) {
    assertThrows(() => localGroups(size), RangeError, "Cannot make local groups as size must be");
  }
  assertThrows(() => localGroups("2" as never), TypeError, 'current value is "2"');
  const [group] = localGroups(1) as [Group];
  await assertRejects(
    () => group.allReduceSum([1] as never),
    TypeError,
    "Cannot allReduceSum as values must be a Float32Array: current value is [1]",
  );
  const error = await assertRejects(() => group.allGather("a" as never), TypeError);
  assert(error.message.includes("bytes must be a Uint8Array"));
});
