/** Any metric balanced over bins: against values worked by hand, and what must hold of it. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  balanced,
  balancedMeanAbsoluteError,
  depthErrors,
  geometricMeanError,
  meanAbsoluteError,
  type Metric,
  mpjpe,
  rootMeanSquaredError,
  type ShapedNumbers,
  shotwise,
  type Values,
} from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import fixture from "../fixtures/metrics.json" with { type: "json" };

const mae = meanAbsoluteError;

Deno.test("balanced: ages, by hand: the mean over distinct ages, by shot over the shot's ages", async () => {
  // Ages and their training counts: many 30 (101), 31 (500); medium 40 (20), 41 (100); few 70 (19), 90 (0).
  const train = { values: [30, 31, 40, 41, 70], counts: [101, 500, 20, 100, 19] };
  const target = [30, 30, 30, 31, 40, 41, 41, 70, 90, 90];
  const error = [1, 2, 3, 4, 5, 6, 8, 9, 10, 14];
  const pred = target.map((age, i) => age + (i % 2 ? 1 : -1) * error[i]!);
  const values = await balanced(mae, pred, target, train);
  // By age: 2, 4, 5, 7, 9, 12.
  const byHand = { overall: 39 / 6, many: 3, medium: 6, few: 10.5 };
  // The rarest tenth is one row, of age 90, which was never seen; the other one is as rare.
  assertEquals(values, { ...byHand, tail10: 12, tail5: NaN });
  const rows = Object.entries({ 30: 101, 31: 500, 40: 20, 41: 100, 70: 19 })
    .flatMap(([age, count]) => new Array<number>(count).fill(Number(age)));
  assertEquals(await balanced(mae, pred, target, rows), values);
  assertEquals(await balancedMeanAbsoluteError(pred, target), byHand.overall);
  const alone = await balanced(mae, pred, target);
  const none = { many: NaN, medium: NaN, few: NaN, tail10: NaN, tail5: NaN };
  assertEquals(alone, { overall: 39 / 6, ...none });
});

Deno.test("balanced: overall of MAE is Yang et al.'s and NumPy's bMAE", async () => {
  const { train, pred, target, balancedMae } = fixture.shots;
  const { overall } = await balanced(mae, pred, target, train);
  assertAlmostEquals(overall, balancedMae, 1e-12);
});

Deno.test("balanced: depth, by hand: bins given as the counts of their middles", async () => {
  // Bins of 0.1 m: 0.7 was seen 2.7e7 times, 0.8 1.5e7 times, 5.7 9e9 times, 9.9 never.
  const counts = { values: [0.05, 0.75, 0.85, 5.75, 9.95], counts: [0, 2.7e7, 1.5e7, 9e9, 0] };
  const target = [0.7, 0.79, 0.8, 0.8, 5.7, 9.9];
  const pred = [0.8, 0.79, 0.8, 1, 5.4, 9.1];
  const options = { binWidth: 0.1, many: 2.6e7, few: 1e7 };
  const rmse = await balanced(rootMeanSquaredError, pred, target, counts, options);
  const [a, b] = [Math.sqrt(0.01 / 2), Math.sqrt(0.04 / 2)];
  for (
    const [name, value] of Object.entries({
      overall: (a + b + 0.3 + 0.8) / 4,
      many: (a + 0.3) / 2,
      medium: b,
      few: 0.8,
    })
  ) assertAlmostEquals(rmse[name as "overall"], value, 1e-12, name);
  const delta: Metric = async (p, t) => (await depthErrors(p, t)).delta1;
  const { medium } = await balanced(delta, pred, target, counts, options);
  assertEquals(medium, 1);
});

Deno.test("balanced: poses, by hand: 100 bins of a rarity, tails of floor(N p / 100) rows", async () => {
  // Rarities 0 to 100: bins of width 1. Two poses in the bins 0 and 99, one in 50; 41 in all.
  const rarity = [0, 0.5, 50.2, 99.5, 100, ...Array.from({ length: 36 }, (_, i) => i + 10.25)];
  const error = [1, 3, 5, 7, 11, ...new Array(36).fill(2)];
  const target = rarity.map((x) => [[x, 1, 2], [0, 0, x]]);
  // Joints off by e and 3 e.
  const pred = target.map(([p, q], i) => [
    [p![0]! + error[i]!, p![1]!, p![2]!],
    [q![0]!, q![1]! - 3 * error[i]!, q![2]!],
  ]);
  const options = { binBy: rarity, bins: 100, rarity };
  const values = await balanced(mpjpe, pred, target, undefined, options);
  // Twice the errors; by bin 2, 5, 9 and 36 of 2.
  assertAlmostEquals(values.overall, 2 * (2 + 5 + 9 + 36 * 2) / 39, 1e-12);
  // floor(4.1) = 4 rows: 100, 99.5, 50.2, 45.25; floor(2.05) = 2.
  assertAlmostEquals(values.tail10, 2 * (11 + 7 + 5 + 2) / 4, 1e-12);
  assertAlmostEquals(values.tail5, 2 * (11 + 7) / 2, 1e-12);
  const shots = await balanced(mpjpe, pred, target, rarity.slice(2), {
    ...options,
    many: 1,
    few: 1,
  });
  assertAlmostEquals(shots.few, 2 * 2, 1e-12); // bin 0
  assertAlmostEquals(shots.many, 2 * 9, 1e-12); // bin 99
  assertEquals(shots.tail5, values.tail5);
});

Deno.test("balanced: neither the order of rows nor the form of the labels matters", async () => {
  const next = normals(3);
  const target = Array.from({ length: 211 }, () => Math.round(3 * next()));
  const pred = target.map((label) => label + next());
  const options = { many: 30, few: 10 };
  const order = target.map((_, i) => (i * 60) % 211);
  const moved = [pred, target].map((values) => order.map((i) => values[i]!)) as [
    number[],
    number[],
  ];
  for (const metric of [mae, rootMeanSquaredError, geometricMeanError]) {
    const values = await balanced(metric, pred, target, target, options);
    const other = await balanced(metric, ...moved, target, options);
    for (const [name, value] of Object.entries(values)) {
      assertAlmostEquals(other[name as "overall"], value, 1e-12, name);
      assert(value > 0, name);
    }
  }
  const shots = await shotwise(mae, pred, target, target, options);
  assert(shots.few !== (await balanced(mae, pred, target, target, options)).few);
});

Deno.test("balanced: a metric is asked once a bin with a row, and once a tail", async () => {
  const asked: number[] = [];
  const metric: Metric = (pred: Values) => {
    asked.push((pred as ShapedNumbers).shape[0]!);
    return Promise.resolve(1);
  };
  const target = [...new Array(20).fill(0), ...new Array(19).fill(5), 9];
  await balanced(metric, target, target, [0, 0, 0, 5, 5, 9, 70], { few: 0 });
  // Label 70 has no test row. Of 40 rows 4 are the tenth: 9, as the 5s are more; 2 the twentieth.
  assertEquals(asked, [20, 19, 1, 1, 1]);
  asked.length = 0;
  await balanced(metric, target, target, undefined, {
    rarity: target.map((label, i) => label + i % 2),
  });
  // 10 and nine 6s: more than 4; then 1 of 20 is 2: 10 alone, too.
  assertEquals(asked, [20, 19, 1, 1, 1]);
  asked.length = 0;
  await balanced(metric, target, target, undefined, {
    rarity: target.map((_, i) => i >= 36 ? 1 : 0),
  });
  assertEquals(asked, [20, 19, 1, 4, 4]); // four that are the rarest: the tenth; the twentieth would be half of them
});

testOnBackends("balanced: tensors give what arrays give", async () => {
  const { train, pred, target } = fixture.shots;
  const tensors = [pred, target, train].map((values) => tf.tensor1d(values, "float32"));
  const [p, t, l] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor];
  const rounded = pred.map(Math.fround);
  const rarity = tf.neg(t);
  assertEquals(
    await balanced(mae, p, t, l, { rarity }),
    await balanced(mae, rounded, target, train, { rarity: target.map((label) => -label) }),
  );
  tf.dispose([...tensors, rarity]);
});

Deno.test("balanced: what is wrong is named, the error of poses by coordinate refused", async () => {
  const two = [1, 2];
  const claim = "Cannot compute balanced metric as ";
  const rules: [() => Promise<unknown>, typeof TypeError | typeof RangeError, string][] = [
    [
      () => balanced(two as never, two, two, mae as never),
      TypeError,
      `${claim}the order must be metric, pred, target, trainLabels: current first argument is [1, 2]`,
    ],
    [
      () => balanced(depthErrors as never, two, two, two),
      TypeError,
      `${claim}the metric must return a number: current value is { rmse, mae, log10`,
    ],
    [
      () => balanced(mae, two, two, two, { rarity: [1] }),
      TypeError,
      `${claim}rarity must have a number a row: current length is 1 for 2 rows`,
    ],
    [
      () => balanced(mpjpe, [[[1, 2, 3]]], [[[1, 2, 3]]]),
      TypeError,
      `${claim}target must be [N] or [N, 1] without binBy: current shape is [1,1,3]`,
    ],
    [
      () => balancedMeanAbsoluteError([[[1, 2, 3]]], [[[1, 2, 3]]], { binBy: [1] }),
      TypeError,
      "Cannot compute balanced MAE as pred must not be joints [N, J, 3], whose error is a " +
      "distance (take balanced(mpjpe, ...)): current shape is [1,1,3]",
    ],
  ];
  for (const [run, errorClass, message] of rules) await assertRejects(run, errorClass, message);
});
