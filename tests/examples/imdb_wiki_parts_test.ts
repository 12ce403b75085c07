/** Parts of the age experiment: kept features, their batches, weights, regressor, folder, limits. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ageWeights, weightsOf } from "../../examples/imdb_wiki/age_weights.ts";
import { bottleneck } from "../../examples/imdb_wiki/bottleneck.ts";
import { CRITERIA, type Task } from "../../examples/imdb_wiki/criteria.ts";
import { batchesInOrder, shuffledBatches } from "../../examples/imdb_wiki/feature_batches.ts";
import { linearHead } from "../../examples/imdb_wiki/linear_head.ts";
import { ageNetwork, featureCount, HEAD, trunkOf } from "../../examples/imdb_wiki/network.ts";
import { trainRegressor } from "../../examples/imdb_wiki/regressor.ts";
import { openRun } from "../../examples/imdb_wiki/run_folder.ts";
import { loadNetwork, storeNetwork } from "../../examples/imdb_wiki/stored_network.ts";
import { weighted } from "../../examples/imdb_wiki/weighted.ts";
import { checkBatch } from "../../examples/support/check_batch.ts";
import { duration } from "../../examples/support/duration.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { type BackendName, testOnBackends, use } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { inFolder } from "../support/in_folder.ts";

const ON: readonly BackendName[] = ["webgpu", "cpu"];

Deno.test("imdb-wiki: features that were cut short go on after their last whole row", async () => {
  await inFolder(async (dir) => {
    const extent = { rows: 5, dim: 3 };
    const asked: number[] = [];
    const compute = (stopAt: number) =>
      async function* (first: number) {
        asked.push(first);
        for (let row = first; row < extent.rows; row += 2) {
          await Promise.resolve();
          if (row >= stopAt) throw new Error("killed");
          const rows = Math.min(2, extent.rows - row);
          yield Float32Array.from({ length: 3 * rows }, (_, k) => 3 * row + k);
        }
      };
    const path = `${dir}/train.f32`;
    await assertRejects(() => bottleneck(path, extent, compute(2)), Error, "killed");
    // A write that was torn: a row and a half more.
    const torn = new Uint8Array(new Float32Array([6, 7, 8, 9]).buffer);
    await Deno.writeFile(`${path}.partial`, torn, { append: true });
    const all = Float32Array.from({ length: 15 }, (_, k) => k);
    assertEquals((await bottleneck(path, extent, compute(9))).values, all);
    assertEquals((await bottleneck(path, extent, compute(0))).values, all); // read, not computed
    assertEquals(asked, [0, 3]);
    await Deno.truncate(path, 7); // of another size: made anew
    assertEquals((await bottleneck(path, extent, compute(9))).values, all);
  });
});

Deno.test("imdb-wiki: batches of features have each row once, in an order of the seed and epoch", () => {
  const ages = Float32Array.from({ length: 7 }, (_, i) => 20 + i);
  const values = Float32Array.from({ length: 14 }, (_, k) => k);
  tf.setBackend("cpu");
  const rowsOf = (seed: number, epoch: number) => {
    const rows: number[] = [];
    for (const { x, y } of shuffledBatches({ values, dim: 2, ages }, 3, seed)(epoch)) {
      const [pairs, labels] = [(x as tf.Tensor2D).arraySync(), (y as tf.Tensor2D).arraySync()];
      assertEquals(labels.map(([age]) => [2 * (age! - 20), 2 * (age! - 20) + 1]), pairs);
      rows.push(...labels.map(([age]) => age!));
    }
    return rows;
  };
  assertEquals(rowsOf(0, 0).toSorted(), [...ages]);
  assertEquals(rowsOf(0, 1), rowsOf(0, 1));
  assertNotEquals(rowsOf(0, 0), rowsOf(0, 1));
  assertNotEquals(rowsOf(0, 0), rowsOf(1, 0));
  const before = tf.memory().numTensors;
  for (const { y } of batchesInOrder({ values, dim: 2, ages }, 4)()) assert(y.shape[0]! <= 4);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("imdb-wiki: weights are the authors': clipped counts, one bin from 120 on, mean 1", async () => {
  const counts = [[20, 2000], [30, 10], [40, 2], [120, 5], [150, 5]] as const;
  const ages = Float32Array.from(counts.flatMap(([age, n]) => Array(n).fill(age)));
  const table = await ageWeights(ages, { scheme: "inverse", clip: [5, 1000] });
  // One over 1000, 10, 5 and 10, times the rows over their sum.
  const scale = 2022 / (2000 / 1000 + 10 / 10 + 2 / 5 + 10 / 10);
  for (const [age, count] of [[20, 1000], [30, 10], [40, 5], [120, 10]] as const) {
    assertAlmostEquals(table[age]!, scale / count, 1e-4 * scale / count);
  }
  assertEquals([table.length, table[21]], [121, 0]);
});

testOnBackends("imdb-wiki: a weighted loss looks its weights up by the label", async () => {
  const ages = Float32Array.of(20, 20, 20, 60);
  const objective = await weighted(ages, { scheme: "inverse", clip: [1, 1000] });
  const table = tf.tensor1d(await ageWeights(ages, { scheme: "inverse", clip: [1, 1000] }));
  const [pred, target] = [tf.tensor2d([[21], [63]]), tf.tensor2d([[20], [60]])];
  const [weights, loss] = [
    weightsOf(table, target),
    objective.loss(pred, target, { labels: target }),
  ];
  const rows = await weights.data();
  assertAlmostEquals(rows[0]!, 2 / 3, 1e-6);
  assertAlmostEquals(rows[1]!, 2, 1e-6);
  assertAlmostEquals((await loss.data())[0]!, (2 / 3 * 1 + 2 * 3) / 2, 1e-5);
  tf.dispose([weights, loss, pred, target, table]);
  objective.dispose?.();
}, ON);

/** Ages that a linear layer on two features can say but for noise of 6 years; most are about 35. */
function problem(rows: number, seed: number) {
  const next = normals(seed);
  const ages = Float32Array.from(
    { length: rows },
    (_, i) => i % 10 === 0 ? Math.round(10 + 70 * (i / rows)) : Math.round(35 + 6 * next()),
  );
  const values = new Float32Array(2 * rows);
  ages.forEach((age, i) => values.set([1, (age + 6 * next()) / 20], 2 * i));
  return { values, dim: 2, ages };
}

testOnBackends(
  "imdb-wiki: every criterion trains a head; balanced ones err less on rare ages",
  async () => {
    await inFolder(async (dir) => {
      const [train, val] = [problem(600, 1), problem(200, 2)];
      const task: Task = {
        ...{ ages: train.ages, sigma: 6, learnsSigma: true, components: 3 },
        ...{ smoothing: { size: 5, sigma: 2 }, clip: [5, 1000] },
      };
      const far: Record<string, number> = {};
      for (const criterion of CRITERIA) {
        const model = linearHead(2, 0);
        const run = await trainRegressor(criterion, task, {
          ...{ model, rows: 600, step: 100, accumulate: 1 },
          train: shuffledBatches(train, 100, 0),
          validation: batchesInOrder(val, 64),
        }, {
          ...{ epochs: 30, rate: 0.5, sigmaRate: 0.1, select: "bMae" },
          folder: `${dir}/${criterion.id}`,
        });
        assertEquals(run.sigma === null, !criterion.hasNoise, criterion.id);
        assert(run.seconds > 0);
        const slope = (await model.getWeights()[0]!.data())[1]! / 20;
        far[criterion.id] = Math.abs(1 - slope);
        model.dispose();
      }
      // L1 bends ages towards the crowd's; its slope is far under 1.
      assert(far.l1! > 0.25, `slope of L1 is ${1 - far.l1!}`);
      for (const id of ["gai", "bmc", "bni"]) assert(far[id]! < 0.7 * far.l1!, `${id}: ${far[id]}`);
    });
  },
  ["cpu"],
);

Deno.test("imdb-wiki: a held sigma is told, and not trained", async () => {
  await use("cpu");
  await inFolder(async (dir) => {
    const data = problem(100, 3);
    const task: Task = {
      ...{ ages: data.ages, sigma: 7, learnsSigma: false, components: 3 },
      ...{ smoothing: {}, clip: [5, 1000] },
    };
    const model = linearHead(2, 0);
    const { sigma } = await trainRegressor(CRITERIA.find(({ id }) => id === "bmc")!, task, {
      ...{ model, rows: 100, step: 50, accumulate: 1 },
      train: shuffledBatches(data, 50, 0),
      validation: batchesInOrder(data, 100),
    }, { epochs: 1, rate: 0.1, sigmaRate: 0.1, select: "mae", folder: dir });
    assertEquals(sigma, 7);
    model.dispose();
  });
});

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

Deno.test("imdb-wiki: times as people say them", () => {
  assertEquals([0.4, 65, 3600, 90_061].map(duration), ["0s", "1m 5s", "1h 0m", "1d 1h"]);
});
