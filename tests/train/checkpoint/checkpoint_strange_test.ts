/** Checkpoints: what stands in the place of one and is none is passed over with a warning. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { train, type TrainOptions } from "../../../mod.ts";
import { use } from "../../support/backends.ts";
import { bytesRead } from "../../support/bytes_read.ts";
import { checkpointName, checkpoints } from "../../support/checkpoint_folder.ts";
import { inFolder } from "../../support/in_folder.ts";
import { inTime } from "../../support/in_time.ts";
import { lineProblem, mse } from "../../support/line.ts";
import { makePipe } from "../../support/pipe.ts";
import { warnings } from "../../support/warnings.ts";

const NEWEST = checkpointName(3);
/** What a run of five epochs keeps. */
const SAVED = [checkpointName(4), checkpointName(5)];
/** Where a folder is moved to that stands in the way. */
const ASIDE = /^epochs-000003\.safetensors\.[0-9a-f-]{36}\.aside$/;

/** Trains a line, in objects of its own, and gives its weights. */
async function run(options: Partial<TrainOptions>) {
  const { data, model, weights, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.01);
  try {
    await train({ model, loss: mse, data, epochs: 5, optimizer, ...options });
    return await weights();
  } finally {
    dispose();
    optimizer.dispose();
  }
}

/** What may stand in the newest checkpoint's place, by its path and the path of a whole one. */
const STRANGE: Record<string, [(path: string, whole: string) => Promise<void>, string]> = {
  "a folder": [(path) => Deno.mkdir(path), "it must be a file: current one is a folder"],
  "a folder that is not empty": [
    (path) => Deno.mkdir(`${path}/sub`, { recursive: true }),
    "it must be a file: current one is a folder",
  ],
  "a link that leads nowhere": [
    (path) => Deno.symlink("nowhere", path),
    "it must be a file, or lead to one: current error is ENOENT",
  ],
  "a link to itself": [
    (path) => Deno.symlink(NEWEST, path),
    "it must be a file, or lead to one: current error is ELOOP",
  ],
  "a link to a folder": [
    (path) => Deno.symlink("..", path),
    "to a file, no folder, device or pipe",
  ],
  "a link to a device": [
    (path) => Deno.symlink("/dev/zero", path),
    "to a file, no folder, device or pipe",
  ],
  "a pipe": [makePipe, "to a file, no folder, device or pipe"],
  "an empty file": [(path) => Deno.writeFile(path, new Uint8Array(0)), "current length is 0"],
  "a file of 6 GB": [async (path, whole) => {
    await Deno.copyFile(whole, path);
    await Deno.truncate(path, 6e9);
  }, "bytes of tensors that its header states: current number is"],
  "one that has had fewer epochs": [
    (path, whole) => Deno.copyFile(whole, path),
    "its history must have 3 epochs: current number is 2",
  ],
  "a name without zeros": [
    (path, whole) => Deno.copyFile(whole, path.replace(NEWEST, "epochs-3.safetensors")),
    `its name must be ${NEWEST}: current name is epochs-3.safetensors`,
  ],
  "a name with too many zeros": [
    (path, whole) => Deno.copyFile(whole, path.replace(NEWEST, "epochs-0000003.safetensors")),
    `its name must be ${NEWEST}: current name is epochs-0000003.safetensors`,
  ],
  "a name of more epochs than numbers count": [
    (path, whole) =>
      Deno.copyFile(whole, path.replace(NEWEST, "epochs-99999999999999999999.safetensors")),
    "its name must be epochs-100000000000000000000.safetensors: current name is epochs-999",
  ],
};

Deno.test("checkpoints: what is none is passed over, with a warning", async (t) => {
  await use("cpu");
  const whole = await run({});
  await inFolder(async (root) => {
    await run({ epochs: 3, checkpoint: { dir: `${root}/three` } });
    for (const [name, [make, message]] of Object.entries(STRANGE)) {
      await t.step(name, async () => {
        const dir = `${root}/${crypto.randomUUID()}`;
        await Deno.mkdir(dir);
        const second = `${dir}/${checkpointName(2)}`;
        await Deno.copyFile(`${root}/three/${checkpointName(2)}`, second);
        await make(`${dir}/${NEWEST}`, second);
        const { size } = await Deno.stat(second);
        const read = await bytesRead(async () => {
          const found = await warnings(async () => {
            const resumed = run({ checkpoint: { dir, resume: true } });
            assertEquals(await inTime(resumed), whole);
          });
          assertEquals(found.length, 1);
          assert(found[0]!.startsWith(`Passed over a checkpoint: ${dir}/epochs-`), found[0]);
          assert(found[0]!.includes(message), found[0]);
        });
        // Each header is read before its file.
        assert(read < 5 * size, `${read} bytes`);
        const left = checkpoints(dir).filter((other) => !SAVED.includes(other));
        if (name.startsWith("a folder")) assertMatch(left.join(), ASIDE);
        else assertEquals(left.length, name.startsWith("a name") ? 1 : 0, "names are not ours");
        assertEquals(checkpoints(dir).length - left.length, 2);
      });
    }
  });
});

Deno.test("checkpoints: where nothing else is there, the run does not begin anew", async () => {
  await use("cpu");
  await inFolder(async (dir) => {
    const path = `${dir}/${NEWEST}`;
    await Deno.mkdir(path);
    await assertRejects(
      () => run({ checkpoint: { dir, resume: true } }),
      Error,
      `a checkpoint of ${dir} must be whole: current ones are 1, the newest: ${path} is not a ` +
        "whole checkpoint: it must be a file: current one is a folder",
    );
    assertEquals(checkpoints(dir), [NEWEST], "it stays as it was");
  });
});

Deno.test("checkpoints: what stands in the lock's place does not stop a run for ever", async () => {
  await use("cpu");
  await inFolder(async (root) => {
    const whole = await run({});
    await Deno.mkdir(`${root}/pipe`);
    await makePipe(`${root}/pipe/lock`);
    assertEquals(await inTime(run({ checkpoint: { dir: `${root}/pipe` } })), whole);
    await Deno.mkdir(`${root}/folder/lock`, { recursive: true });
    await assertRejects(
      () => run({ checkpoint: { dir: `${root}/folder` } }),
      Error,
      "Cannot use a checkpoint folder as its path must lead through folders to a file: " +
        `current path is ${root}/folder/lock`,
    );
    await Deno.mkdir(`${root}/link`);
    await Deno.symlink("/dev/null/x", `${root}/link/lock`);
    await assertRejects(
      () => run({ checkpoint: { dir: `${root}/link` } }),
      Error,
      `to a file: current path is ${root}/link/lock`,
    );
  });
});
