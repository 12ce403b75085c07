/** Parts of the age experiment: kept features, their batches, weights, regressor. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ageWeights, weightsOf } from "../../examples/imdb_wiki/age_weights.ts";
import { bottleneck } from "../../examples/imdb_wiki/bottleneck.ts";
import { CRITERIA, type Task } from "../../examples/imdb_wiki/criteria.ts";
import { batchesInOrder, shuffledBatches } from "../../examples/imdb_wiki/feature_batches.ts";
import { linearHead } from "../../examples/imdb_wiki/linear_head.ts";
import { trainRegressor } from "../../examples/imdb_wiki/regressor.ts";
import { weighted } from "../../examples/imdb_wiki/weighted.ts";
import { duration } from "../../examples/support/duration.ts";
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
          ...{ model, rows: 600, step: 50, accumulate: 1 },
          train: shuffledBatches(train, 50, 0),
          validation: batchesInOrder(val, 64),
        }, {
          ...{ epochs: 12, rate: 1, sigmaRate: 0.1, select: "bMae" },
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

Deno.test("imdb-wiki: times as people say them", () => {
  assertEquals([0.4, 65, 3600, 90_061].map(duration), ["0s", "1m 5s", "1h 0m", "1d 1h"]);
});
