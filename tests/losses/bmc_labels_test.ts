/** Rows that are a part of a batch: with the labels of all they are worth what they are in it. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bmcLoss, type BmcOptions } from "../../mod.ts";
import { normals } from "../support/cases.ts";
import { read, testOnBackends } from "../support/backends.ts";

/** Loss, gradient of pred and of the noise. */
function worth(
  pred: tf.Tensor,
  target: tf.Tensor,
  noise: tf.Tensor,
  options?: BmcOptions,
): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
    bmcLoss(p, target, s, options) as tf.Scalar
  )([pred, noise]);
  return [value, ...grads];
}

// First, as the warning comes but once.
testOnBackends("bmc labels: one row among others learns, and is warned of by nobody", async () => {
  const warn = console.warn;
  let warnings = 0;
  console.warn = () => warnings++;
  try {
    const [loss] = await read(() =>
      bmcLoss(tf.tensor1d([2]), tf.tensor1d([3]), 0.5, { labels: tf.tensor1d([3, 1]) })
    );
    // Both labels are 1 away: log 2, times 2 noiseVar = 1.
    assertAlmostEquals(loss![0]!, Math.log(2), 1e-6);
    assertEquals(warnings, 0);
  } finally {
    console.warn = warn;
  }
});

const CASES = [
  { dim: 1, parts: [64, 64, 64, 64], restoreScale: true },
  { dim: 1, parts: [7, 1, 30], restoreScale: false },
  { dim: 3, parts: [16, 5], restoreScale: true },
];

for (const { dim, parts, restoreScale } of CASES) {
  testOnBackends(
    `bmc labels: parts of ${parts} rows, ${dim}-D, add up to the batch`,
    async () => {
      const next = normals(5);
      const rows = parts.reduce((a, b) => a + b);
      const numbers = (count: number) => Array.from({ length: count }, () => 3 * next());
      const shape = dim === 1 ? [rows] : [rows, dim];
      const [pred, target] = [
        tf.tensor(numbers(rows * dim), shape),
        tf.tensor(numbers(rows * dim), shape),
      ];
      const noise = dim === 1 ? tf.scalar(0.7) : tf.tensor1d([0.7, 1, 0.4]);
      const whole = await read(() => worth(pred, target, noise, { restoreScale }));
      const sum = { loss: 0, noise: new Array<number>(noise.size).fill(0), pred: [] as number[] };
      let start = 0;
      for (const size of parts) {
        const at = [start, ...shape.slice(1).map(() => 0)];
        const part = (t: tf.Tensor) => t.slice(at, [size, ...shape.slice(1)]);
        const [loss, byPred, byNoise] = await read(() =>
          worth(part(pred), part(target), noise, { labels: target, restoreScale })
        );
        sum.loss += loss![0]! * size / rows;
        byNoise!.forEach((value, k) => sum.noise[k]! += value * size / rows);
        sum.pred.push(...byPred!.map((value) => value * size / rows));
        start += size;
      }
      const [loss, byPred, byNoise] = whole;
      const close = (a: number, b: number, scale: number) =>
        assert(Math.abs(a - b) <= 4e-6 * scale, `${a} for ${b}`);
      close(sum.loss, loss![0]!, Math.abs(loss![0]!));
      const scale = Math.max(...byPred!.map(Math.abs));
      byPred!.forEach((value, i) => close(sum.pred[i]!, value, scale));
      const noiseScale = Math.max(...byNoise!.map(Math.abs), loss![0]!);
      byNoise!.forEach((value, k) => close(sum.noise[k]!, value, noiseScale));
      tf.dispose([pred, target, noise]);
    },
  );
}

testOnBackends("bmc labels: of the batch itself they change no bit, a mask neither", async () => {
  const [pred, target] = [tf.tensor1d([1, 2, 4, 9]), tf.tensor1d([0, 2, 5, NaN])];
  const mask = tf.tensor1d([true, true, true, false], "bool");
  const noise = tf.scalar(0.5);
  const [pairs, plain] = [[pred, target, mask].map((t) => t.slice(0, 3)), 3] as const;
  const [p, t] = pairs as [tf.Tensor, tf.Tensor];
  assertEquals(
    await read(() => worth(p, t, noise, { labels: t })),
    await read(() => worth(p, t, noise)),
  );
  assertEquals(
    await read(() => worth(pred, target, noise, { labels: target, labelsMask: mask, mask })),
    await read(() => worth(pred, target, noise, { mask })),
  );
  assertEquals(plain, 3);
  tf.dispose([pred, target, mask, noise, pairs]);
});

testOnBackends("bmc labels: masked parts add up by the rows that are left", async () => {
  const pred = tf.tensor1d([1, 2, 4, 9, 3, -1]);
  const target = tf.tensor1d([0, NaN, 5, NaN, 3, 1]);
  const mask = tf.tensor1d([true, false, true, false, true, true], "bool");
  const noise = tf.scalar(0.5);
  const whole = await read(() => worth(pred, target, noise, { mask }));
  const sums = [0, 0];
  const byRow: number[] = [];
  for (const [start, size, left] of [[0, 4, 2], [4, 2, 2]] as const) {
    const [loss, byPred, byNoise] = await read(() => {
      const part = (t: tf.Tensor) => t.slice(start, size);
      const options = { labels: target, labelsMask: mask, mask: part(mask) };
      return worth(part(pred), part(target), noise, options);
    });
    sums[0]! += loss![0]! * left / 4;
    sums[1]! += byNoise![0]! * left / 4;
    byRow.push(...byPred!.map((value) => value * left / 4));
  }
  assertAlmostEquals(sums[0]!, whole[0]![0]!, 1e-5);
  assertAlmostEquals(sums[1]!, whole[2]![0]!, 1e-5);
  byRow.forEach((value, i) => assertAlmostEquals(value, whole[1]![i]!, 1e-5));
  tf.dispose([pred, target, mask, noise]);
});

testOnBackends("bmc labels: wrong ones are refused", () => {
  const [row, wide, scalar, none] = [tf.ones([3]), tf.ones([3, 2]), tf.scalar(1), tf.zeros([0])];
  const rules: [BmcOptions, string][] = [
    [
      { labels: row, reference: row },
      "labels must not come with a reference, which is another prior",
    ],
    [{ labelsMask: row }, "labelsMask must come with labels"],
    [
      { labels: wide },
      "labels must be [M] or [M, 1], M rows of pred's width: current shape is [3,2]",
    ],
    [{ labels: scalar }, "current shape is []"],
    [{ labels: none }, "current shape is [0]"],
    [{ labels: [1, 2] as unknown as tf.Tensor }, "labels must be a tensor"],
  ];
  for (const [options, message] of rules) {
    assertThrows(() => bmcLoss(row, row, 1, options), TypeError, message);
  }
  tf.dispose([row, wide, scalar, none]);
}, ["cpu"]);
