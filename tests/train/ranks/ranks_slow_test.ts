/** Ranks train as one: every option of the trainer on, 200 steps. */
import { assert, assertEquals } from "@std/assert";
import { testOnBackends } from "../../support/backends.ts";
import { onRanks, trainAll, worstGap } from "../../support/ranks.ts";

testOnBackends("ranks: weights after 200 steps are those of one rank", async (backend) => {
  const options = { epochs: 40 }; // of 5 steps
  const [alone] = await onRanks(0, (group) => trainAll(group, options));
  for (const size of backend === "cpu" ? [2, 3, 5] : [3]) {
    const all = await onRanks(size, (group) => trainAll(group, options));
    for (const rank of all) assertEquals(rank, all[0]);
    const gap = worstGap(alone!.weights, all[0]!.weights);
    assert(gap < 1e-6, `${size} ranks: weights differ by ${gap}`);
  }
}, ["webgpu", "cpu"]);
