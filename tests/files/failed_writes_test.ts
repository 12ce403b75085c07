/** A write that fails at any step leaves no part, no lock and no file without an owner. */
import fs from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileSystem, train } from "../../mod.ts";
import { codeOf } from "../../src/files/attempt.ts";
import { use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { lineProblem, mse } from "../support/line.ts";
import { fileHandle } from "../support/slow_disk.ts";

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

/** What fails in which step of writing a file: opened, written in two goes, synced, renamed. */
const STEPS = ["open", "write", "write more", "sync", "close", "rename", "sync folder"] as const;
type Step = typeof STEPS[number];

/** Makes a step fail at files whose names `at` tells while `run` runs: as a full disk does, say. */
async function failing(step: Step, at: RegExp, run: () => Promise<void>): Promise<void> {
  const prototype = await fileHandle();
  const { write, sync, close } = prototype;
  const { open, rename } = fs;
  const fail = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const paths = new WeakMap<object, string>();
  const isAt = (path: unknown) => at.test(`${path}`.split("/").at(-1)!);
  let [failed, written] = [false, false];
  const failAt = (now: Step, path: unknown) => {
    if (now !== step || failed || !isAt(path)) return;
    failed = true;
    fail();
  };
  fs.open = async (...args) => {
    failAt("open", args[0]);
    const handle = await open(...args);
    paths.set(handle, `${args[0]}`);
    return handle;
  };
  prototype.write = async function (bytes, from, length) {
    const path = paths.get(this);
    if (isAt(path)) failAt(from === 0 ? "write" : "write more", path);
    return await write.call(this, bytes, from, Math.min(length, 16));
  };
  prototype.sync = async function () {
    const path = paths.get(this)!;
    failAt("sync", path);
    if (written && step === "sync folder" && !failed && (await Deno.stat(path)).isDirectory) {
      failed = true;
      fail();
    }
    await sync.call(this);
  };
  prototype.close = async function () {
    await close.call(this);
    failAt("close", paths.get(this));
  };
  fs.rename = async (...args) => {
    failAt("rename", args[0]);
    await rename(...args);
    written ||= isAt(args[0]);
  };
  try {
    await run();
    assert(failed, `${step} was to fail`);
  } finally {
    Object.assign(prototype, { write, sync, close });
    Object.assign(fs, { open, rename });
  }
}

const model = (units: number) =>
  tf.sequential({
    layers: [tf.layers.dense({ units, inputShape: [9], kernelInitializer: "ones" })],
  });

Deno.test("fileSystem: a save that fails leaves what was before", async () => {
  await use("cpu");
  for (const at of [/\.weights\.bin\..*part$/, /^model\.json\..*part$/]) {
    for (const step of STEPS) {
      // The JSON file is in its place before its folder is synced: the save has happened.
      const happened = step === "sync folder" && at.source.includes("json");
      await inFolder(async (dir) => {
        for (const earlier of [false, true]) {
          const before = names(dir);
          await failing(step, at, async () => {
            const error = await assertRejects(() => model(2).save(fileSystem(dir)), Error);
            const message = "Cannot save a model as the disk must have room: current path is ";
            assert(error.message.startsWith(message), error.message);
            assertEquals([codeOf(error), codeOf(error.cause)], ["ENOSPC", "ENOSPC"]);
          });
          const what = `${step}, ${at}, ${earlier ? "a model before" : "none before"}`;
          if (!happened) assertEquals(names(dir), before, what);
          else assert(!names(dir).some((name) => name.endsWith(".part")), what);
          if (happened || earlier) {
            const loaded = await tf.loadLayersModel(fileSystem(dir));
            assertEquals(loaded.getWeights()[0]!.shape, [9, happened ? 2 : 1], what);
          }
          // Again, and then over a model.
          await model(1).save(fileSystem(dir));
          assertEquals(names(dir).length, 2, what);
        }
        // The same weights as those of before: they are not taken for the failed save's.
        if (happened) return;
        await failing(step, at, () => assertRejects(() => model(1).save(fileSystem(dir))).then());
        await tf.loadLayersModel(fileSystem(dir));
      });
    }
  }
});

Deno.test("fileSystem: a path that is taken by a folder leaves nothing", () =>
  inFolder(async (dir) => {
    await use("cpu");
    await Deno.mkdir(`${dir}/model.json/sub`, { recursive: true });
    const error = await assertRejects(() => model(2).save(fileSystem(`${dir}/model.json`)), Error);
    assert(error.message.includes("its path must lead through folders to a file"), error.message);
    assertEquals(names(dir), ["model.json"]);
  }));

Deno.test("checkpoints: a save that fails leaves the last whole one and no lock", async () => {
  await use("cpu");
  for (const step of STEPS) {
    await inFolder(async (dir) => {
      const { data, model, dispose } = lineProblem();
      const optimizer = tf.train.sgd(0.01);
      const run = () =>
        train({
          model,
          loss: mse,
          data,
          epochs: 3,
          optimizer,
          checkpoint: { dir, resume: true },
        });
      await failing(step, /^epochs-000002.*part$/, async () => {
        const error = await assertRejects(run, Error);
        const message = "Cannot save a checkpoint as the disk must have room: current path is ";
        assertEquals(error.message, `${message}${dir}/epochs-000002.safetensors`);
      });
      const second = step === "sync folder" ? ["epochs-000002.safetensors"] : [];
      assertEquals(names(dir), ["epochs-000001.safetensors", ...second, "lock"], step);
      assertEquals((await run()).history.length, 3, step);
      dispose();
      optimizer.dispose();
    });
  }
});
