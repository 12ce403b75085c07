/** What must hold of the metrics for any data. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  balancedMeanAbsoluteError,
  balancedMeanSquaredError,
  depthErrors,
  geometricMeanError,
  meanAbsoluteError,
  meanSquaredError,
  pearsonCorrelation,
  relevanceFunction,
  type RelevancePoint,
  rootMeanSquaredError,
  sera,
  type ShapedNumbers,
  shotwise,
  spearmanCorrelation,
} from "../../mod.ts";
import { normals } from "../support/cases.ts";

const SEEDS = [1, 2, 3, 4, 5];

function labels(seed: number, rows = 101): { pred: number[]; target: number[] } {
  const next = normals(seed);
  const target = Array.from({ length: rows }, () => Math.round(4 * next()));
  return { pred: target.map((label) => label + next()), target };
}

Deno.test("metrics: geometric mean error <= MAE <= RMSE, and RMSE^2 is MSE", async () => {
  for (const seed of SEEDS) {
    const { pred, target } = labels(seed);
    const [gm, mae] = [
      await geometricMeanError(pred, target),
      await meanAbsoluteError(pred, target),
    ];
    const rmse = await rootMeanSquaredError(pred, target);
    assert(0 < gm && gm < mae && mae < rmse, `${gm} ${mae} ${rmse}`);
    assertAlmostEquals(rmse * rmse, await meanSquaredError(pred, target), 1e-12);
  }
  const shifted = [[1, 2, 3], [3, 4, 5]] as const; // all errors 2
  for (const metric of [geometricMeanError, meanAbsoluteError, rootMeanSquaredError]) {
    assertAlmostEquals(await metric(...shifted), 2, 1e-15);
  }
});

Deno.test("metrics: one error of 0 makes the geometric mean 0", async () => {
  assertEquals(await geometricMeanError([1, 5, 9], [1, 2, 3]), 0);
});

Deno.test("metrics: correlations do not change under what they do not see", async () => {
  for (const seed of SEEDS) {
    const { pred, target } = labels(seed);
    const pearson = await pearsonCorrelation(pred, target);
    const spearman = await spearmanCorrelation(pred, target);
    assertAlmostEquals(
      await pearsonCorrelation(pred.map((x) => 9 - 3 * x), target),
      -pearson,
      1e-12,
    );
    assertAlmostEquals(await pearsonCorrelation(target, pred), pearson, 1e-15);
    assertEquals(await spearmanCorrelation(pred.map(Math.exp), target), spearman);
    assertEquals(await spearmanCorrelation(pred, target.map((x) => x ** 3)), spearman);
    assertAlmostEquals(await spearmanCorrelation(pred.map((x) => -x), target), -spearman, 1e-15);
    assert(Math.abs(pearson - spearman) > 1e-6);
  }
  assertAlmostEquals(await pearsonCorrelation(labels(1).target, labels(1).target), 1, 1e-15);
});

Deno.test("metrics: a correlation that is not defined is NaN", async () => {
  for (const metric of [pearsonCorrelation, spearmanCorrelation]) {
    assertEquals(await metric([0.1, 0.1, 0.1], [1, 2, 3]), NaN);
    assertEquals(await metric([1, 2, 3], [0.1, 0.1, 0.1]), NaN);
    assertEquals(await metric([1], [2]), NaN);
  }
});

Deno.test("metrics: several columns give the mean over the columns", async () => {
  const [a, b] = [labels(1), labels(2)];
  const zip = (x: number[], y: number[]) => x.map((value, i) => [value, y[i]! * 100]);
  const both = [zip(a.pred, b.pred), zip(a.target, b.target)] as const;
  for (const metric of [pearsonCorrelation, spearmanCorrelation]) {
    const mean = (await metric(a.pred, a.target) + await metric(b.pred, b.target)) / 2;
    assertAlmostEquals(await metric(...both), mean, 1e-12);
  }
});

Deno.test("metrics: balanced errors are plain ones for equal counts, and deaf to repetition", async () => {
  for (const seed of SEEDS) {
    const next = normals(seed);
    const even = Array.from({ length: 60 }, (_, i) => i % 12);
    const pred = even.map((label) => label + next());
    const mae = await meanAbsoluteError(pred, even);
    assertAlmostEquals(await balancedMeanAbsoluteError(pred, even), mae, 1e-12);
    assertAlmostEquals(
      await balancedMeanSquaredError(pred, even),
      await meanSquaredError(pred, even),
      1e-12,
    );
    // Label 3 five times as often, with the same predictions.
    const extra = even.flatMap((label, i) => label === 3 ? [i, i, i, i, i] : [i]);
    const repeated = [extra.map((i) => pred[i]!), extra.map((i) => even[i]!)] as const;
    assertAlmostEquals(await balancedMeanAbsoluteError(...repeated), mae, 1e-12);
    assert(Math.abs(await meanAbsoluteError(...repeated) - mae) > 1e-6);
    const one = { binWidth: 1e6, binBy: even };
    assertAlmostEquals(await balancedMeanAbsoluteError(pred, even, one), mae, 1e-12);
  }
});

Deno.test("metrics: labels on a grid fall into their own bins, in float32 too", async () => {
  const grid = Array.from({ length: 41 }, (_, k) => (k - 20) / 10);
  const float32 = Array.from(Float32Array.from(grid));
  for (const target of [grid, float32]) {
    // Of each label one row with error k and two with 0: own bins give a mean of k / 3.
    const rows = target.flatMap((label, k) => [[label + k, label], [label, label], [label, label]]);
    const value = await balancedMeanAbsoluteError(
      rows.map(([x]) => x!),
      rows.map(([, y]) => y!),
      { binWidth: 0.1 },
    );
    assertAlmostEquals(value, 20 / 3, 1e-6);
    // All labels of a bin were seen as often as there are: a shifted bin would be few-shot.
    const train = [...grid, ...float32];
    const shots = await shotwise(meanAbsoluteError, target, target, train, {
      binWidth: 0.1,
      many: 1,
      few: 0,
    });
    assertEquals(shots, { overall: 0, many: 0, medium: NaN, few: NaN });
  }
});

Deno.test("metrics: a label just below an edge stays below it", async () => {
  // Bins of width 1: -0.001 is alone in the bin from -1, 0 and 0.999 share the next one.
  assertEquals(await balancedMeanAbsoluteError([2.999, 0, 0.999], [-0.001, 0, 0.999]), 1.5);
});

Deno.test("metrics: a weighted mean over the shots is the overall value", async () => {
  const { pred, target } = labels(7, 400);
  const group = async (metric: typeof meanAbsoluteError) =>
    await shotwise(metric, pred, target, target, { many: 30, few: 10 });
  const [values, counts] = [
    await group(meanAbsoluteError),
    await group((p) => Promise.resolve((p as ShapedNumbers).data.length)),
  ];
  const sum = values.many * counts.many + values.medium * counts.medium + values.few * counts.few;
  assertAlmostEquals(sum / counts.overall, values.overall, 1e-12);
  assertEquals(counts.many + counts.medium + counts.few, 400);
});

Deno.test("metrics: relevance passes its points, never overshoots, and is flat where it turns", () => {
  const shapes: RelevancePoint[][] = [
    [[0, 0], [1, 0.05], [2, 0.9], [3, 1], [10, 1]],
    [[-3, 1], [0, 0], [0.1, 0.02], [9, 0.5], [9.5, 1]],
    [[0, 1], [10, 0], [11, 1], [12, 0.2]],
    [[0, 0], [1, 0.001], [1.01, 0.999], [2, 1]],
    [[4, 0.3]],
  ];
  for (const points of shapes) {
    const phi = relevanceFunction(points);
    for (const [label, relevance] of points) assertEquals(phi(label), relevance);
    assertEquals(phi(-1e9), points[0]![1]);
    assertEquals(phi(1e9), points.at(-1)![1]);
    points.slice(1).forEach(([to, end], k) => {
      const [from, start] = points[k]!;
      let last = start;
      for (let step = 1; step <= 100; step++) {
        const value = phi(from + (to - from) * step / 100);
        const rise = (value - last) * Math.sign(end - start);
        assert(end === start ? value === start : rise >= -1e-12, `${points} at ${step}`);
        last = value;
      }
    });
  }
});

Deno.test("metrics: SERA is the squared error where all is relevant, and adds up", async () => {
  const { pred, target } = labels(3);
  const squared = 101 * await meanSquaredError(pred, target);
  assertAlmostEquals(await sera(pred, target, () => 1), squared, 1e-10);
  assertEquals(await sera(pred, target, () => 0), 0);
  assertAlmostEquals(await sera(pred, target, () => 0.3), 0.3 * squared, 1e-10);
});

Deno.test("metrics: depth ratios and logarithms do not change with the unit", async () => {
  const { pred, target } = labels(2);
  const depths = [pred.map((x) => Math.exp(x / 4)), target.map((x) => Math.exp(x / 4))];
  const meters = await depthErrors(depths[0]!, depths[1]!);
  const feet = await depthErrors(depths[0]!.map((x) => 3.28 * x), depths[1]!.map((x) => 3.28 * x));
  assertAlmostEquals(feet.log10, meters.log10, 1e-12);
  assertAlmostEquals(feet.absRel, meters.absRel, 1e-12);
  assertAlmostEquals(feet.rmse, 3.28 * meters.rmse, 1e-12);
  assertEquals(feet.delta1, meters.delta1);
  assert(meters.delta1 < meters.delta2 && meters.delta2 <= meters.delta3);
});
