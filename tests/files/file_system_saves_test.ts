/** Models as files: what a save leaves that replaces another, is killed or overtaken. */
import fs from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { hasPart } from "../support/slow_disk.ts";

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

Deno.test("fileSystem: a save replaces its own files, and no others", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = (units: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [2] })] });
    const part = `a.${"0".repeat(32)}.weights.bin.${crypto.randomUUID()}.part`;
    await Deno.writeTextFile(`${dir}/${part}`, "left by a kill");
    await Deno.writeTextFile(`${dir}/notes.txt`, "mine");
    for (const name of ["a", "b", "a.b"]) await model(1).save(fileSystem(`${dir}/${name}.json`));
    const before = names(dir);
    assertEquals(before.length, 7);
    await model(2).save(fileSystem(`${dir}/a.json`));
    const after = names(dir);
    assertEquals(after.length, 7);
    const changed = after.filter((name) => !before.includes(name));
    assert(
      changed.length === 1 && /^a\.[0-9a-f]{32}\.weights\.bin$/.test(changed[0]!),
      `${changed}`,
    );
    for (const name of ["a", "b", "a.b"]) {
      await tf.loadLayersModel(fileSystem(`${dir}/${name}.json`));
    }
  }));

Deno.test("fileSystem: topology and weights are of one save, however it is killed or overtaken", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const child = new URL("../support/saving_child.ts", import.meta.url).pathname;
    const args = ["run", "--no-check", "--allow-all", child, `${dir}/model`];
    const units = new Set<number>();
    const load = async () => {
      const model = await tf.loadLayersModel(fileSystem(`${dir}/model`));
      const [kernel] = model.getWeights();
      units.add(kernel!.shape[1]!);
      assertEquals([...new Set(await kernel!.data())], [kernel!.shape[1]!]);
      model.dispose();
    };
    let parts = 0;
    for (let kill = 0; kill < 5; kill++) {
      const process = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" });
      const saving = process.spawn();
      const reader = saving.stdout.getReader();
      try {
        await reader.read();
        const end = performance.now() + 250;
        while (performance.now() < end) await load();
        while (!hasPart(`${dir}/model`)) await new Promise((resolve) => setTimeout(resolve));
      } finally {
        saving.kill("SIGKILL");
        await saving.status;
        await reader.cancel();
      }
      if (hasPart(`${dir}/model`)) parts++;
      await load();
    }
    assert(parts >= 1, "some of the kills were in the middle of a write");
    assert(units.size >= 5, `${units.size} models`);
  }));

Deno.test("fileSystem: a load that is overtaken between its two files reads the newer ones", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = (units: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [2] })] });
    // Before the weights are found, and after: between their size and their bytes.
    for (const name of ["realpath", "open"] as const) {
      await model(1).save(fileSystem(dir));
      const real = fs[name] as (...args: unknown[]) => Promise<unknown>;
      let isOvertaken = false;
      const overtaken = async (...args: unknown[]) => {
        if (!isOvertaken && `${args[0]}`.endsWith(".weights.bin")) {
          isOvertaken = true;
          await model(2).save(fileSystem(dir));
        }
        return await real(...args);
      };
      Object.assign(fs, { [name]: overtaken });
      try {
        const loaded = await tf.loadLayersModel(fileSystem(dir));
        assertEquals(loaded.getWeights()[0]!.shape, [2, 2]);
        assert(isOvertaken);
      } finally {
        Object.assign(fs, { [name]: real });
      }
    }
  }));
