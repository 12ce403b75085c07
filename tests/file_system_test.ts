/** Models as files: what comes back, what a killed save leaves, what is refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FeatureSmoothing, fileSystem } from "../mod.ts";
import { testOnBackends, use } from "./support/backends.ts";
import { bits } from "./support/resumable.ts";
import { hasPart } from "./support/slow_disk.ts";

/** Runs a test with a folder of its own. */
async function inFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

/** Saves tensors as a model's weights, loads them, and gives both as text, bit for bit. */
async function roundTrip(path: string, tensors: Record<string, tf.Tensor>) {
  const { data, specs } = await tf.io.encodeWeights(tensors);
  const { save, load } = fileSystem(path);
  await save!({ modelTopology: {}, weightData: data, weightSpecs: specs });
  const { weightData, weightSpecs } = await load!();
  const loaded = tf.io.decodeWeights(weightData!, weightSpecs!);
  const [before, after] = [
    await Promise.all(Object.values(tensors).map(bits)),
    await Promise.all(Object.keys(tensors).map((name) => bits(loaded[name]!))),
  ];
  tf.dispose(loaded);
  return [before, after] as const;
}

testOnBackends("fileSystem: every type comes back bit for bit", () =>
  inFolder(async (dir) => {
    const odd = new Float32Array([0, -0, NaN, Infinity, -Infinity, 1e-45, 3.4e38, 0.1]);
    new Uint32Array(odd.buffer)[2] = 0x7fc01234; // a NaN that carries bits
    const tensors = {
      float32: tf.tensor(odd, [2, 4]),
      bool: tf.tensor([true, false, true], [3], "bool"),
      int32: tf.tensor([-(2 ** 31), 2 ** 31 - 1, 0, 7, -1], [5], "int32"),
      scalar: tf.scalar(3),
      empty: tf.zeros([0, 3]),
      big: tf.randomNormal([300, 7], 0, 1, "float32", 1),
    };
    const [before, after] = await roundTrip(`${dir}/model`, tensors);
    assertEquals(after, before);
    tf.dispose(tensors);
  }), ["cpu", "webgpu"]);

testOnBackends(
  "fileSystem: strings and complex numbers, too",
  () =>
    inFolder(async (dir) => {
      const complex = tf.complex([1, -0], [NaN, 4]);
      const [before, after] = await roundTrip(`${dir}/model`, { complex });
      assertEquals(after, before);
      const text = tf.tensor(["", "σ² ≥ 0", "🙂"]);
      const { data, specs } = await tf.io.encodeWeights({ text });
      const { save, load } = fileSystem(`${dir}/text`);
      await save!({ modelTopology: {}, weightData: data, weightSpecs: specs });
      const loaded = tf.io.decodeWeights((await load!()).weightData!, specs);
      assertEquals(await loaded.text!.data<"string">(), ["", "σ² ≥ 0", "🙂"]);
      tf.dispose([complex, text, loaded.text!]);
    }),
  ["cpu"],
  { leaky: "tfjs does not free the parts of the complex tensors that it decodes" },
);

/** A model with a layer that is used twice, and running statistics of two kinds. */
function sharedModel(): tf.LayersModel {
  const input = tf.input({ shape: [3] });
  const shared = tf.layers.dense({ units: 3, name: "shared" });
  let features = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
  features = tf.layers.batchNormalization().apply(features) as tf.SymbolicTensor;
  features = new FeatureSmoothing({ bins: 4 }).apply(features) as tf.SymbolicTensor;
  const outputs = tf.layers.dense({ units: 1 }).apply(features) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs });
}

testOnBackends(
  "fileSystem: a layers model predicts the same bits, its optimizer is as it was",
  () =>
    inFolder(async (dir) => {
      const model = sharedModel();
      const optimizer = tf.train.adam(0.01);
      model.compile({ optimizer, loss: "meanSquaredError" });
      const x = tf.randomNormal([8, 3], 0, 1, "float32", 2);
      const variables = model.getWeights(true) as tf.Variable[];
      optimizer.applyGradients(variables.map((v) => ({ name: v.name, tensor: v })));
      await model.save(fileSystem(`${dir}/deep/er/model`), { includeOptimizer: true });
      const loaded = await tf.loadLayersModel(fileSystem(`${dir}/deep/er/model`));
      const predict = (m: tf.LayersModel) => bits(m.predict(x) as tf.Tensor);
      assertEquals(await predict(loaded), await predict(model));
      assertEquals(
        await Promise.all(loaded.getWeights().map(bits)),
        await Promise.all(model.getWeights().map(bits)),
      );
      const of = async (o: tf.Optimizer) =>
        await Promise.all((await o.getWeights()).map(({ tensor }) => bits(tensor)));
      assertEquals(await of(loaded.optimizer), await of(optimizer));
      assertEquals((await of(optimizer)).length, 1 + 2 * model.getWeights(true).length);
    }),
  ["cpu", "webgpu"],
  { leaky: "tfjs: getWeights makes the iterations, models share layers" },
);

Deno.test("fileSystem: browsers' own loader reads the files", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await model.save(fileSystem(dir));
    const fetchFunc = async (url: RequestInfo | URL) =>
      new Response(await Deno.readFile(`${dir}${new URL(`${url}`).pathname}`));
    const handler = tf.io.http("https://example.org/model.json", { fetchFunc });
    const loaded = await tf.loadLayersModel(handler);
    assertEquals(
      await Promise.all(loaded.getWeights().map(bits)),
      await Promise.all(model.getWeights().map(bits)),
    );
  }));

Deno.test("fileSystem: reads shards and quantized weights of other programs", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const weights: tf.io.WeightsManifestEntry[] = [
      {
        name: "a",
        shape: [3],
        dtype: "float32",
        quantization: { dtype: "uint8", scale: 0.5, min: -1 },
      },
      { name: "b", shape: [2], dtype: "int32" },
      { name: "c", shape: [1], dtype: "float32", quantization: { dtype: "float16" } },
    ];
    const paths = ["group1-shard1of2.bin", "group1-shard2of2.bin"];
    const bytes = new Uint8Array([0, 2, 255, 1, 0, 0, 0, 254, 255, 255, 255, 0, 0x3e]);
    await Deno.writeFile(`${dir}/${paths[0]}`, bytes.subarray(0, 5));
    await Deno.writeFile(`${dir}/${paths[1]}`, bytes.subarray(5));
    const json = { modelTopology: {}, weightsManifest: [{ paths, weights }] };
    await Deno.writeTextFile(`${dir}/model.json`, JSON.stringify(json));
    const { weightData, weightSpecs } = await fileSystem(`${dir}/model.json`).load!();
    const { a, b, c } = tf.io.decodeWeights(weightData!, weightSpecs!);
    assertEquals([...await a!.data()], [-1, 0, 126.5]);
    assertEquals([...await b!.data()], [1, -2]);
    assertEquals([...await c!.data()], [1.5]);
  }));

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
    const child = new URL("support/saving_child.ts", import.meta.url).pathname;
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
    await model(1).save(fileSystem(dir));
    const { readFile } = Deno;
    let reads = 0;
    Deno.readFile = async (path) => {
      if (reads++ === 0) await model(2).save(fileSystem(dir));
      return readFile(path);
    };
    try {
      const loaded = await tf.loadLayersModel(fileSystem(dir));
      assertEquals(loaded.getWeights()[0]!.shape, [2, 2]);
      assertEquals(reads, 2);
    } finally {
      Deno.readFile = readFile;
    }
  }));

Deno.test("fileSystem: what is wrong is refused by reason and path", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const path = `${dir}/model`;
    await model.save(fileSystem(path));
    const weights = `${path}/${names(path).find((name) => name.endsWith(".bin"))}`;
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
