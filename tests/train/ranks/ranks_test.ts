/** Ranks train as one: every option of the trainer on, some steps. */
import { assert, assertEquals } from "@std/assert";
import { testOnBackends } from "../../support/backends.ts";
import { onRanks, trainAll, worstGap } from "../../support/ranks.ts";

testOnBackends("ranks: 1, 2, 3 and 5 are one, with every option on", async (backend) => {
  const [alone] = await onRanks(0, (group) => trainAll(group));
  for (const size of backend === "cpu" ? [1, 2, 3, 5] : [1, 2, 5]) {
    const all = await onRanks(size, (group) => trainAll(group));
    for (const rank of all) assertEquals(rank, all[0]); // the same bits, the same decisions
    if (size === 1) assertEquals(all[0], alone);
    const { weights, history, bestEpoch } = all[0]!;
    const gap = worstGap(alone!.weights, weights);
    assert(gap < 1e-6, `${size} ranks: weights differ by ${gap}`);
    assertEquals(bestEpoch, alone!.bestEpoch);
    for (const [epoch, { loss, metrics }] of history.entries()) {
      const one = alone!.history[epoch]!;
      const numbers = [one.loss, one.metrics!.mse!, one.metrics!.mae!];
      const found = worstGap(numbers, [loss, metrics!.mse!, metrics!.mae!]);
      assert(found < 1e-5, `${size} ranks: epoch ${epoch} differs by ${found}`);
    }
  }
}, ["webgpu", "cpu"]);

for (const rows of [33, 34]) {
  testOnBackends(`ranks: a last batch of ${rows - 32}, and ranks without rows`, async () => {
    // Batches of 8 on four ranks: of the last, some have a row, which the others borrow.
    const options = { batchSize: 8, accumulate: 1 };
    const [alone] = await onRanks(0, (group) => trainAll(group, options, rows));
    const all = await onRanks(4, (group) => trainAll(group, options, rows));
    for (const rank of all) assertEquals(rank, all[0]);
    const gap = worstGap(alone!.weights, all[0]!.weights);
    assert(gap < 1e-6, `weights differ by ${gap}`);
  }, ["cpu"]);
}
