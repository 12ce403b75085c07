/** Models as files: weights come from the model's folder alone, and only if they have its size. */
import fs from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { bytesRead } from "../support/bytes_read.ts";
import { inFolder } from "../support/in_folder.ts";
import { inTime } from "../support/in_time.ts";
import { makePipe } from "../support/pipe.ts";

/** A model of one weight, 8 bytes, in files of these names. */
async function writeModel(json: string, paths: unknown[]): Promise<void> {
  const weights = [{ name: "w", shape: [2], dtype: "float32" }];
  const model = { modelTopology: {}, weightsManifest: [{ paths, weights }] };
  await Deno.writeTextFile(json, JSON.stringify(model));
}

Deno.test("fileSystem: weights outside of the model's folder are refused, unread", () =>
  inFolder(async (root) => {
    const dir = `${root}/model`;
    await Deno.mkdir(`${dir}/sub`, { recursive: true });
    for (const name of ["secret.bin", "model/a.bin", "model/sub/b.bin", "model/..c.bin"]) {
      await Deno.writeFile(`${root}/${name}`, new Uint8Array(8));
    }
    await Deno.symlink(`${root}/secret.bin`, `${dir}/link.bin`);
    await Deno.symlink(root, `${dir}/up`);
    await Deno.symlink("a.bin", `${dir}/inside.bin`);
    await Deno.symlink(`${dir}`, `${root}/linked`);
    const outside = [
      "../secret.bin",
      "sub/../../secret.bin",
      "..",
      "../../../../../../../../dev/zero",
      `${root}/secret.bin`,
      `${dir}/a.bin`,
      "/dev/zero",
      "link.bin",
      "up/secret.bin",
      "../model_other/a.bin",
    ];
    for (const path of outside) {
      await writeModel(`${dir}/model.json`, [path]);
      const size = (await Deno.stat(`${dir}/model.json`)).size;
      const read = await bytesRead(async () => {
        const error = await inTime(assertRejects(() => fileSystem(dir).load!(), Error));
        assertEquals(
          error.message,
          "Cannot load a model as the weights must be in the folder of their model, links " +
            `followed: current path is ${path}, of ${dir}/model.json`,
        );
      });
      assertEquals(read, size, path);
    }
    for (const path of ["a.bin", "./a.bin", "sub/b.bin", "sub/../a.bin", "inside.bin", "..c.bin"]) {
      await writeModel(`${dir}/model.json`, [path]);
      for (const folder of [dir, `${root}/linked`]) {
        const { weightData } = await fileSystem(folder).load!();
        assertEquals((weightData as ArrayBuffer).byteLength, 8, path);
      }
    }
  }));

Deno.test("fileSystem: files of another size, folders, devices and pipes are refused, unread", () =>
  inFolder(async (dir) => {
    await makePipe(`${dir}/pipe`);
    await Deno.mkdir(`${dir}/folder.json`);
    await Deno.writeFile(`${dir}/8`, new Uint8Array(8));
    await Deno.writeFile(`${dir}/empty`, new Uint8Array(0));
    const huge = await Deno.open(`${dir}/huge`, { create: true, write: true });
    await huge.truncate(6e9);
    huge.close();
    const NO_FILE = "lead through folders to a file, no folder, device or pipe: current path is";
    const rules: [string[], string][] = [
      [["huge"], "the weights must have 8 bytes: current files have 6000000000, of "],
      [["8", "huge"], "the weights must have 8 bytes: current files have 6000000008, of "],
      [["8", "8"], "the weights must have 8 bytes: current files have 16, of "],
      [["empty"], "the weights must have 8 bytes: current files have 0, of "],
      [[], "the weights must have 8 bytes: current files have 0, of "],
      [["pipe"], `${NO_FILE} ${dir}/pipe`],
      [["folder.json"], `${NO_FILE} ${dir}/folder.json`],
      [["."], `${NO_FILE} ${dir}`],
      [["none"], `the file or its folder must exist: current path is ${dir}/none`],
      [["8/x"], `its path must lead through folders to a file: current path is ${dir}/8/x`],
    ];
    for (const [paths, message] of rules) {
      await writeModel(`${dir}/model.json`, paths);
      const { size } = await Deno.stat(`${dir}/model.json`);
      const read = await bytesRead(async () => {
        const load = assertRejects(() => fileSystem(dir).load!(), Error, message);
        assert((await inTime(load)).message.startsWith("Cannot load a model as "));
      });
      // To see whether a save has replaced it, the JSON file of what is missing is read again.
      assertEquals(read, paths[0] === "none" ? 2 * size : size, `${paths}`);
    }
    // The JSON file itself.
    await Deno.symlink("/dev/zero", `${dir}/zero.json`);
    await Deno.symlink("pipe", `${dir}/pipe.json`);
    await Deno.rename(`${dir}/huge`, `${dir}/huge.json`);
    const { open } = fs;
    try {
      // To open a device may have effects.
      fs.open = () => Promise.reject(new Error("opened"));
      for (const name of ["zero.json", "pipe.json", "folder.json"]) {
        await inTime(assertRejects(() => fileSystem(`${dir}/${name}`).load!(), Error, NO_FILE));
      }
    } finally {
      fs.open = open;
    }
    await assertRejects(
      () => fileSystem(`${dir}/huge.json`).load!(),
      Error,
      "the file must have at most 536870887 bytes: current length is 6000000000",
    );
  }));

Deno.test("fileSystem: a file that shrinks while it is read is refused", () =>
  inFolder(async (dir) => {
    await writeModel(`${dir}/model.json`, ["w"]);
    await Deno.writeFile(`${dir}/w`, new Uint8Array(8));
    const { open } = fs;
    let opened = 0;
    fs.open = async (...args) => {
      // Its size was asked for; now it is read.
      if (`${args[0]}`.endsWith("/w") && ++opened === 2) await Deno.truncate(`${dir}/w`, 4);
      return await open(...args);
    };
    try {
      const message = "the file must stay whole while it is read: current path is ";
      await assertRejects(() => fileSystem(dir).load!(), Error, message);
    } finally {
      fs.open = open;
    }
  }));

Deno.test("fileSystem: strings that are cut off or followed by more are refused", () =>
  inFolder(async (dir) => {
    const weights = [
      { name: "n", shape: [1], dtype: "float32" },
      { name: "s", shape: [2], dtype: "string" },
    ];
    const model = { modelTopology: {}, weightsManifest: [{ paths: ["w"], weights }] };
    await Deno.writeTextFile(`${dir}/model.json`, JSON.stringify(model));
    const whole = new Uint8Array([0, 0, 0, 64, 1, 0, 0, 0, 65, 2, 0, 0, 0, 66, 67]);
    await Deno.writeFile(`${dir}/w`, whole);
    const { weightData, weightSpecs } = await fileSystem(dir).load!();
    const { n, s } = tf.io.decodeWeights(weightData!, weightSpecs!);
    assertEquals([[...await n!.data()], await s!.data<"string">()], [[2], ["A", "BC"]]);
    tf.dispose([n!, s!]);
    const cases = [whole.slice(0, 14), whole.slice(0, 11), whole.slice(0, 2), whole.with(4, 255)];
    for (const bytes of [...cases, new Uint8Array([...whole, 0])]) {
      await Deno.writeFile(`${dir}/w`, bytes);
      const message = `current files have ${bytes.length}, of ${dir}/model.json`;
      await assertRejects(() => fileSystem(dir).load!(), Error, message);
    }
  }));
