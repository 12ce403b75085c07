/** Models as files: what is refused, by reason and path. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertRejects, assertThrows } from "@std/assert";
import { fileSystem } from "../../mod.ts";
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
    const { NotFound, NotADirectory } = Deno.errors;
    type Rule = [string, new (message: string) => Error, string];
    const rules: Rule[] = [
      [`${dir}/none`, NotFound, `must exist: current path is ${dir}/none/model.json`],
      [`${dir}/file`, NotADirectory, "lead through folders to a file"],
      [`${dir}/half.json`, Error, `hold JSON, whole: current path is ${dir}/half.json`],
      [`${dir}/other.json`, Error, "hold a tfjs model, { modelTopology, weightsManifest }"],
      [`${dir}/null.json`, Error, "hold a tfjs model"],
      [`${dir}/short`, Error, "the weights must have 32 bytes: current files have 28"],
    ];
    const check = async ([path, Kind, message]: Rule) => {
      const error = await assertRejects(() => fileSystem(path).load!(), Kind, message);
      assert(error.message.startsWith("Cannot load a model as "), error.message);
    };
    for (const rule of rules) await check(rule);

    await Deno.writeFile(weights, bytes.slice(0, 20));
    await check([path, Error, "damaged: current sum is "]);
    await Deno.writeFile(weights, bytes.with(3, bytes[3]! ^ 1));
    await check([path, Error, "damaged: current sum is "]);
    await Deno.remove(weights);
    await check([path, NotFound, `current path is ${weights}`]);

    const twice = [0, 1].map(() => ({ name: "w", shape: [1], dtype: "float32" as const }));
    await assertRejects(
      () => fileSystem(path).save!({ ...artifacts, weightSpecs: twice }),
      Error,
      "Cannot save a model as its weights must have different names: current value has w twice",
    );
    await assertRejects(
      () => model.save(fileSystem(`${dir}/file/model`)),
      NotADirectory,
      `Cannot save a model as its path must lead through folders to a file: current path is ${dir}`,
    );
    for (const wrong of ["", undefined, 1]) {
      assertThrows(
        () => fileSystem(wrong as string),
        TypeError,
        "Cannot reach a model as path must be a string that is not empty: current value is",
      );
    }
  }));

Deno.test({
  name: "fileSystem: says which permission is missing",
  permissions: { read: true, write: false, env: true },
  fn: async () => {
    const error = await assertRejects(
      () => fileSystem("/tmp/never").save!({ modelTopology: {} }),
      Deno.errors.NotCapable,
      "Cannot save a model as Deno must be allowed it by --allow-read and --allow-write: current path",
    );
    assert((error.cause as Error).message.includes("--allow-write"));
  },
});

Deno.test("fileSystem: a host without a file system is told so", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "Deno")!;
  Object.defineProperty(globalThis, "Deno", { ...own, value: undefined });
  let failure: Promise<unknown>;
  try {
    failure = fileSystem("model").load!();
    failure.catch(() => {});
  } finally {
    Object.defineProperty(globalThis, "Deno", own);
  }
  await assertRejects(
    () => failure,
    Error,
    "Cannot load a model as the host must be Deno, for its file system: current host is Deno/",
  );
});
