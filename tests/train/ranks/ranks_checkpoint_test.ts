/** Checkpoints of several ranks: written by the first, resumed by any number. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { testOnBackends } from "../../support/backends.ts";
import { inFolder } from "../../support/in_folder.ts";
import { onRanks, trainAll, worstGap } from "../../support/ranks.ts";

testOnBackends("ranks: a resumed run has the bits of one that never stopped", async () => {
  await inFolder(async (dir) => {
    const run = (size: number, epochs: number, name: string) =>
      onRanks(
        size,
        (group) =>
          trainAll(group, {
            epochs,
            checkpoint: { dir: `${dir}/${name}`, every: 2, resume: true },
          }),
      );
    const whole = await run(2, 4, "whole");
    await run(2, 2, "stopped");
    const resumed = await run(2, 4, "stopped");
    for (const rank of resumed) assertEquals(rank, whole[0]);
    // By other numbers of ranks, from the same checkpoint: the same up to rounding.
    for (const size of [0, 3]) {
      await run(2, 2, `from ${size}`);
      const all = await run(size, 4, `from ${size}`);
      for (const rank of all) assertEquals(rank, all[0]);
      assertEquals(all[0]!.history.slice(0, 2), whole[0]!.history.slice(0, 2));
      assert(worstGap(whole[0]!.weights, all[0]!.weights) < 1e-6);
    }
    const names = [...Deno.readDirSync(`${dir}/whole`)].map(({ name }) => name).sort();
    assertEquals(names, ["epochs-000002.safetensors", "epochs-000004.safetensors", "lock"]);
  });
}, ["cpu"]);

testOnBackends(
  "ranks: what the first cannot open or save is everyone's error",
  async () => {
    await inFolder(async (dir) => {
      const runs = (options: Parameters<typeof trainAll>[1], message: string) =>
        onRanks(3, async (group) => {
          await assertRejects(() => trainAll(group, options), Error, message);
        });
      const none = { dir: "/dev/null/run" };
      await runs({ checkpoint: none }, "Cannot use a checkpoint folder as its path must lead");
      await onRanks(2, (group) => trainAll(group, { checkpoint: { dir } }));
      await runs(
        { checkpoint: { dir } },
        "Cannot train as checkpoint.dir must be without checkpoints where checkpoint.resume is false",
      );
      await runs(
        { checkpoint: { dir, resume: true }, clipNorm: 1 },
        "Cannot resume training as clipNorm must be that of the checkpoint",
      );
      const onEpochDone = async () => {
        await Deno.remove(`${dir}/run`, { recursive: true }).catch(() => {});
      };
      await runs(
        { checkpoint: { dir: `${dir}/run` }, callbacks: { onEpochDone } },
        "Cannot save a checkpoint as the file or its folder must exist",
      );
    });
  },
  ["cpu"],
  { leaky: "trainAll frees nothing of a run that fails" },
);
