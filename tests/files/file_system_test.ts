/** Models as files: what was saved comes back, and what others saved. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { FeatureSmoothing, fileSystem } from "../../mod.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { bits } from "../support/resumable.ts";

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
