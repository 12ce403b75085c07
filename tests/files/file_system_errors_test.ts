/** Models as files: what is refused, by reason and path. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { codeOf } from "../../src/files/attempt.ts";
import { use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";

Deno.test("fileSystem: what is wrong is refused by reason and path", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const path = `${dir}/model`;
    await model.save(fileSystem(path));
    const weights = `${path}/${
      [...Deno.readDirSync(path)].find(({ name }) => name.endsWith(".bin"))!.name
    }`;
    const bytes = await Deno.readFile(weights);
    await Deno.writeTextFile(`${dir}/half.json`, '{"modelTopology": {"a"');
    await Deno.writeTextFile(`${dir}/other.json`, '{"name": "other"}');
    await Deno.writeTextFile(`${dir}/null.json`, "null");
    await Deno.writeTextFile(`${dir}/file`, "");
    const artifacts = await fileSystem(path).load!();
    const short = { ...artifacts, weightData: bytes.slice(4).buffer };
    await fileSystem(`${dir}/short`).save!(short);
    type Rule = [string, string | undefined, string];
    const rules: Rule[] = [
      [`${dir}/none`, "ENOENT", `must exist: current path is ${dir}/none/model.json`],
      [`${dir}/file`, "ENOTDIR", "lead through folders to a file"],
      [`${dir}/half.json`, undefined, `hold JSON, whole: current path is ${dir}/half.json`],
      [`${dir}/other.json`, undefined, "hold a tfjs model, { modelTopology, weightsManifest }"],
      [`${dir}/null.json`, undefined, "hold a tfjs model"],
      [`${dir}/short`, undefined, "the weights must have 32 bytes: current files have 28"],
    ];
    const check = async ([path, code, message]: Rule) => {
      const error = await assertRejects(() => fileSystem(path).load!(), Error, message);
      assert(error.message.startsWith("Cannot load a model as "), error.message);
      assertEquals(codeOf(error), code);
      if (code !== undefined) assertEquals(codeOf(error.cause), code);
    };
    for (const rule of rules) await check(rule);

    await Deno.writeFile(weights, bytes.with(3, bytes[3]! ^ 1));
    await check([path, undefined, "damaged: current sum is "]);
    await Deno.remove(weights);
    await check([path, "ENOENT", `current path is ${weights}`]);

    const twice = [0, 1].map(() => ({ name: "w", shape: [1], dtype: "float32" as const }));
    await assertRejects(
      () => fileSystem(path).save!({ ...artifacts, weightSpecs: twice }),
      Error,
      "Cannot save a model as its weights must have different names: current value has w twice",
    );
    const binary = { ...artifacts, modelTopology: new ArrayBuffer(8) };
    await assertRejects(
      () => fileSystem(path).save!(binary),
      Error,
      "Cannot save a model as its topology must be JSON: current topology is an ArrayBuffer",
    );
    const error = await assertRejects(
      () => model.save(fileSystem(`${dir}/file/model`)),
      Error,
      `Cannot save a model as its path must lead through folders to a file: current path is ${dir}`,
    );
    assertEquals(codeOf(error), "ENOTDIR");
  }));

Deno.test("fileSystem: what is no path is refused by name", () => {
  const rules: [unknown, string][] = [
    ["", 'a string that is not empty: current value is ""'],
    [undefined, "a string that is not empty: current value is undefined"],
    [null, "a string that is not empty: current value is null"],
    [1, "a string that is not empty: current value is 1"],
    [[], "a string that is not empty: current value is []"],
    [{ path: "m" }, "a string that is not empty: current value is { path }"],
    ["file://./m", 'no URL, did you mean "./m": current value is "file://./m"'],
    ["file:///tmp/m", 'no URL, did you mean "/tmp/m"'],
    ["file:m", 'no URL, did you mean "m"'],
    [new URL("file:///tmp/m"), 'no URL, did you mean "/tmp/m": current value is "file:///tmp/m"'],
    ["https://example.org/m", 'no URL: current value is "https://example.org/m"'],
    ["indexeddb://m", "no URL: current value is"],
    ["m\0.json", 'without the character 0: current value is "m\\u0000.json"'],
  ];
  for (const [wrong, message] of rules) {
    const error = assertThrows(() => fileSystem(wrong as string), TypeError, message);
    assert(error.message.startsWith("Cannot reach a model as path must be "), error.message);
  }
});

Deno.test({
  name: "fileSystem: says which permission is missing",
  permissions: { read: true, write: false, env: true },
  fn: async () => {
    const error = await assertRejects(
      () => fileSystem("/tmp/never").save!({ modelTopology: {} }),
      Error,
      "Cannot save a model as Deno must be allowed it by --allow-read and --allow-write: current path",
    );
    assert(error.cause instanceof Deno.errors.NotCapable);
    assert(error.cause.message.includes("--allow-write"));
  },
});

Deno.test("fileSystem: a host without a file system is told so", async () => {
  // As in a browser, and as in one whose bundler gave it a process.
  const own = Object.getOwnPropertyDescriptor(globalThis, "process")!;
  for (const value of [undefined, { platform: "browser" }]) {
    Object.defineProperty(globalThis, "process", { configurable: true, value });
    let failure: Promise<unknown>;
    try {
      failure = fileSystem("model").load!();
      failure.catch(() => {});
    } finally {
      Object.defineProperty(globalThis, "process", own);
    }
    await assertRejects(
      () => failure,
      Error,
      "Cannot load a model as the host must be Deno, or Node from 20.16 on, for its file system: " +
        "current host is Deno/",
    );
  }
});
