/** The network of the age experiment and the run's folder: kept, brought along, within limits. */
import {
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { LayersModel } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { linearHead } from "../../examples/imdb_wiki/linear_head.ts";
import { ageNetwork, featureCount, HEAD, trunkOf } from "../../examples/imdb_wiki/network.ts";
import { parseOptions } from "../../examples/imdb_wiki/options.ts";
import { openRun } from "../../examples/imdb_wiki/run_folder.ts";
import { startOf } from "../../examples/imdb_wiki/start.ts";
import { loadNetwork, storeNetwork } from "../../examples/imdb_wiki/stored_network.ts";
import { checkBatch } from "../../examples/support/check_batch.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { placesOf } from "../support/torchvision_net.ts";

testOnBackends(
  "imdb-wiki: a network is kept in a folder with its weights, smoothing or not",
  async () => {
    await inFolder(async (dir) => {
      const looks = { size: 8, width: 2, blocks: [1, 1], seed: 4 };
      const fds = { size: 5, sigma: 2, momentum: 0.9 };
      const x = tf.randomNormal([3, 8, 8, 3], 0, 1, "float32", 5);
      for (const options of [looks, { ...looks, fds }, { ...looks, recompute: true }]) {
        const network = ageNetwork(options);
        await storeNetwork(dir, network, { network: options, seconds: 1 });
        const other = await loadNetwork(dir, { ...options, seed: 9, batchStatistics: true });
        const trunk = trunkOf(other.model);
        assertEquals(trunk.outputShape, [null, featureCount(options)]);
        const [one, two, features] = tf.tidy(() =>
          [network.model, other.model, trunk].map((model) => tf.keep(model.predict(x) as tf.Tensor))
        );
        assertEquals(await one!.data(), await two!.data());
        assertEquals(other.smoothing !== undefined, "fds" in options);
        const head = linearHead(featureCount(options), 0);
        head.setWeights(other.model.getLayer(HEAD).getWeights());
        const again = head.predict(features!) as tf.Tensor;
        const [a, b] = [await again.data(), await one!.data()];
        a.forEach((age, i) => assertAlmostEquals(age, b[i]!, 1e-5));
        tf.dispose([one!, two!, features!, again]);
        for (const model of [network.model, other.model, head]) model.dispose();
      }
      x.dispose();
    });
  },
  ["cpu"],
);

Deno.test("imdb-wiki: a batch that the adapter cannot bind is refused with the one that fits", async () => {
  await use("cpu");
  const { model } = ageNetwork({ size: 64, width: 16, blocks: [1, 1], seed: 0 });
  const nested =
    ageNetwork({ size: 64, width: 16, blocks: [1, 1], seed: 0, recompute: true }).model;
  // conv1: 32 x 32 x 16 floats a picture; layer1: 16 x 16 x 64, as many.
  const bytes = 4 * 32 * 32 * 16;
  const narrow = ageNetwork({ size: 64, width: 8, blocks: [1], seed: 0 }).model;
  const own = 4 * 64 * 64 * 3;
  assertThrows(
    () => checkBatch(narrow, 3, "micro-batch", 2 * own),
    OptionError,
    `--micro-batch must be at most 2, since a batch itself takes ${own} bytes a picture`,
  );
  narrow.dispose();
  for (const one of [model, nested]) {
    checkBatch(one, 16, "micro-batch", 16 * bytes);
    assertThrows(
      () => checkBatch(one, 17, "micro-batch", 16 * bytes),
      OptionError,
      `--micro-batch must be at most 16, since the output of conv1 takes ${bytes} bytes`,
    );
    assertThrows(() => checkBatch(one, 1, "micro-batch", bytes - 1), OptionError, "not one fits");
    checkBatch(one, 1e6, "micro-batch"); // the cpu binds nothing
    one.dispose();
  }
});

Deno.test("imdb-wiki: a run's folder is of one run", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/new/run`;
    const first = { epochs: 3, blocks: [1, 2] };
    await openRun(out, { first }, false);
    await openRun(out, { first, second: { sigma: 10 } }, false); // another stage
    await openRun(out, { first }, false);
    const error = await assertRejects(
      () => openRun(out, { first, second: { sigma: 9 } }, false),
      OptionError,
    );
    assertStringIncludes(error.message, "as sigma must be that of the run there, 10");
    await assertRejects(
      () => openRun(out, { first: { ...first, blocks: [1, 3] } }, false),
      OptionError,
      "blocks must be that of the run there, [1,2]",
    );
    await Deno.mkdir(`${out}/features`);
    await Deno.writeTextFile(`${out}/mine.txt`, "kept");
    await openRun(out, { first: { epochs: 4 } }, true);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).toSorted(), [
      "mine.txt",
      "run.json",
    ]);
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(() => openRun(`${dir}/file`, { first }, false), OptionError, "Cannot keep");
  });
});

Deno.test("imdb-wiki: weights by the authors' names: module, linear, FDS", async () => {
  await use("cpu");
  const { model } = ageNetwork({ size: 8, width: 2, blocks: [1], seed: 4 });
  await inFolder(async (dir) => {
    await writeAsAuthors(model, `${dir}/w.safetensors`);
    const flags = ["--data=D", "--stage=2", "--size=8", "--width=2", "--blocks=1", "--seed=5"];
    const options = parseOptions([...flags, "--fds", `--from=${dir}/w.safetensors`]);
    const none = { train: [], val: [], test: [] };
    const { load, seconds } = await startOf(options, { name: "", missing: 0, ...none });
    assertEquals(seconds, 0);
    const loaded = (await load()).model;
    for (const [k, weight] of model.getWeights().entries()) {
      assertEquals(await loaded.getWeights()[k]!.data(), await weight.data());
    }
    loaded.dispose();
  });
  model.dispose();
});

/** Writes a network's weights as the authors name them, and one of their FDS. */
async function writeAsAuthors(model: LayersModel, path: string): Promise<void> {
  const parts: Float32Array<ArrayBuffer>[] = [];
  const header: Record<string, unknown> = {};
  let end = 0;
  const add = (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>) => {
    const offsets = [end, end += values.byteLength];
    header[`module.${name}`] = { dtype: "F32", shape, data_offsets: offsets };
    parts.push(values);
  };
  for (const { name, weight, axes } of placesOf(model)) {
    const value = tf.tidy(() => {
      const own = weight.read().clone();
      return axes ? tf.transpose(own, axes.map((_, axis) => axes.indexOf(axis))) : own;
    });
    const values = Float32Array.from(await value.data());
    add(name.replace(/^fc/, "linear"), value.shape, values);
    value.dispose();
  }
  add("FDS.epoch", [1], Float32Array.of(3));
  const text = JSON.stringify(header);
  const size = new BigUint64Array([BigInt(text.length)]);
  await Deno.writeFile(path, new Blob([size, text, ...parts]).stream());
}
