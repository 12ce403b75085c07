/** The metrics' values, against NumPy, SciPy and statsmodels (fixtures/metrics.py), and by hand. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  balancedMeanAbsoluteError,
  balancedMeanAbsoluteScaledError,
  balancedMeanSquaredError,
  boxPlotRelevance,
  type BoxPlotRelevanceOptions,
  concordanceCorrelation,
  depthErrors,
  geometricMeanError,
  meanAbsoluteError,
  meanSquaredError,
  type Metric,
  mpjpe,
  paMpjpe,
  pearsonCorrelation,
  relevanceFunction,
  rootMeanSquaredError,
  sera,
  shotwise,
  spearmanCorrelation,
  type Tensor,
} from "../../mod.ts";
import { medcouple } from "../../src/metrics/medcouple.ts";
import { testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import fixture from "../fixtures/metrics.json" with { type: "json" };

const METRICS = {
  mse: meanSquaredError,
  rmse: rootMeanSquaredError,
  mae: meanAbsoluteError,
  geometricMean: geometricMeanError,
  pearson: pearsonCorrelation,
  spearman: spearmanCorrelation,
} as const satisfies Record<string, Metric>;
const NAMES = Object.keys(METRICS) as (keyof typeof METRICS)[];

/** Equal but for a few roundings of float64. */
function assertClose(actual: number, expected: number, what: string, tolerance = 1e-12): void {
  assertAlmostEquals(actual, expected, tolerance * Math.max(1e-3, Math.abs(expected)), what);
}

Deno.test("metrics: errors and correlations equal NumPy's and SciPy's", async () => {
  for (const { name, pred, target, ...expected } of fixture.cases) {
    for (const metric of NAMES) {
      const value = await METRICS[metric](pred, target);
      assertClose(value, expected[metric], `${metric} of ${name}`, 1e-10);
    }
  }
});

Deno.test("metrics: concordance is Pearson's times Lin's bias correction", async () => {
  const moments = (x: number[]) => {
    const mean = x.reduce((a, b) => a + b) / x.length;
    return [mean, Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length)] as const;
  };
  for (const { name, pred, target, pearson } of fixture.cases) {
    if (Array.isArray(pred[0])) continue; // columns are below
    const [[mx, sx], [my, sy]] = [moments(pred as number[]), moments(target as number[])];
    const bias = 2 / (sx / sy + sy / sx + (mx - my) ** 2 / (sx * sy));
    assertClose(await concordanceCorrelation(pred, target), pearson * bias, name, 1e-10);
  }
  const [x, y] = [[1e9 + 1, 1e9 + 2, 1e9 + 4], [1e9 + 1, 1e9 + 3, 1e9 + 2]];
  // Means 7/3 and 2, variances 14/9 and 2/3, covariance 1/3.
  const byHand = (2 / 3) / (14 / 9 + 2 / 3 + 1 / 9);
  assertClose(await concordanceCorrelation(x, y), byHand, "far from 0", 1e-9);
  const columns = await concordanceCorrelation(x.map((v, i) => [v, y[i]!]), y.map((v) => [v, v]));
  assertClose(columns, (byHand + 1) / 2, "two columns", 1e-9);
  assertEquals(await concordanceCorrelation([3, 3], [1, 2]), 0);
  assertEquals(await concordanceCorrelation([3, 3], [3, 3]), NaN);
});

Deno.test("metrics: balanced MASE is 1 for the training median, by hand otherwise", async () => {
  const train = { values: [30, 10, 20, 99], counts: [2, 3, 1, 0] }; // 10 10 10 20 30 30: median 15
  const target = [10, 10, 12];
  const scaled = balancedMeanAbsoluteScaledError;
  assertEquals(await scaled([15, 15, 15], target, train), 1);
  assertEquals(await scaled([10, 12, 18], target, train), ((1 + 6) / 2) / ((5 + 3) / 2));
  assertEquals(await scaled([10, 12, 18], target, [10, 30, 10, 20, 10, 30]), 3.5 / 4);
  assertEquals(await scaled([10, 12, 18], target, [15]), 3.5 / 4);
  assertEquals(await scaled(target, target, [15]), 0);
  assertEquals(await scaled([10, 12, 18], target, [15], { bins: 1 }), (8 / 3) / (13 / 3));
  assertEquals(await scaled([1, 2], [3, 3], [3]), Infinity);
});

Deno.test("metrics: shots equal Yang et al.'s rule, balanced errors the mean over labels", async () => {
  const { train, pred, target, groups, balancedMae, uneven } = fixture.shots;
  for (const metric of NAMES) {
    const values = await shotwise(METRICS[metric], pred, target, train);
    for (const group of ["overall", "many", "medium", "few"] as const) {
      assertClose(values[group], groups[group][metric], `${metric}, ${group}`, 1e-11);
    }
  }
  assertClose(await balancedMeanAbsoluteError(pred, target), balancedMae, "balanced MAE");
  const args = [uneven.pred, uneven.target] as const;
  assertClose(await balancedMeanAbsoluteError(...args), uneven.balancedMae, "uneven, MAE");
  assertClose(await balancedMeanSquaredError(...args), uneven.balancedMse, "uneven, MSE");
});

Deno.test("metrics: thresholds are strict, as in Yang et al.: 100 is not many, 20 is not few", async () => {
  const train = [101, 100, 20, 19].flatMap((count, label) => new Array<number>(count).fill(label));
  const values = await shotwise(meanAbsoluteError, [1, 3, 5, 7, 9], [0, 1, 2, 3, 4], train);
  // Errors 1, 2, 3, 4 and 5; label 4 was never seen.
  assertEquals(values, { overall: 3, many: 1, medium: 2.5, few: 4.5 });
  const moved = await shotwise(meanAbsoluteError, [1, 3], [0, 1], train, { many: 99, few: 99 });
  assertEquals(moved, { overall: 1.5, many: 1.5, medium: NaN, few: NaN });
});

Deno.test("metrics: rows of several numbers are sorted by binBy", async () => {
  const [pred, target] = [[[1, 1], [0, 3], [5, 5]], [[0, 0], [0, 0], [0, 0]]];
  const options = { binBy: [0, 0, 7] };
  assertEquals(await balancedMeanAbsoluteError(pred, target, options), (1.25 + 5) / 2);
  assertEquals(await balancedMeanSquaredError(pred, target, options), (11 / 4 + 25) / 2);
  const shots = await shotwise(meanAbsoluteError, pred, target, [0, 0, 7], {
    ...options,
    many: 1,
    few: 1,
  });
  assertEquals(shots, { overall: 2.5, many: 1.25, medium: 5, few: NaN });
});

Deno.test("metrics: medcouple equals statsmodels'", () => {
  for (const { values, value } of fixture.medcouples) {
    assertAlmostEquals(medcouple(Float64Array.from(values)), value, 1e-14, `${values}`);
  }
});

Deno.test("metrics: relevance and SERA equal the authors' rules", async () => {
  for (const { name, pred, target, points, relevance, ...expected } of fixture.sera) {
    const options = { extremes: expected.extremes, boxPlot: expected.boxPlot };
    const ours = await boxPlotRelevance(target, options as BoxPlotRelevanceOptions);
    assertEquals(ours.length, 3, name);
    points.forEach(([label, value], k) => {
      assertClose(ours[k]![0], label!, name);
      assertEquals(ours[k]![1], value!, name);
    });
    const phi = relevanceFunction(ours);
    target.forEach((label, i) => assertAlmostEquals(phi(label), relevance[i]!, 1e-12, name));
    // The trapezoid rule over steps of 0.001 is off by half a step at most.
    const area = await sera(pred, target, phi);
    assertAlmostEquals(area, expected.trapezoid, 0.0005001 * expected.squared, name);
    assertEquals(await sera(pred, target, target.map(phi)), area);
  }
});

Deno.test("metrics: of labels that are mostly 0, the irrelevant end is the median itself", async () => {
  const rain = [0, 0, 0, 0, 0, 0, 1, 2, 3, 40]; // hinges 0 and 2, fence at 5
  for (const extremes of ["high", "both"] as const) {
    const points = await boxPlotRelevance(rain, { extremes, boxPlot: "standard" });
    assertEquals(points, [[0, 0], [3, 1]]);
  }
  const [dry, wet] = await boxPlotRelevance(rain, { extremes: "high" });
  assertEquals([dry, wet![1]], [[0, 0], 1]);
});

Deno.test("metrics: a standard whisker that ends at the median is refused", async () => {
  const labels = [-50, 0, 0, 0, 0, 0, 0, 5, 6, 7];
  const message = "as a whisker must not end at the median: current value of both is 0";
  await assertRejects(() => boxPlotRelevance(labels, { boxPlot: "standard" }), RangeError, message);
});

Deno.test("metrics: depth errors equal NYU2-DIR's formulas", async () => {
  const { pred, target, ...expected } = fixture.depth;
  const errors = await depthErrors(pred, target);
  assertEquals(Object.keys(errors).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(errors)) {
    assertClose(value, expected[name as keyof typeof expected], name);
  }
  const border = await depthErrors([1.25, 1.5625, 1.953125], [1, 1, 1]);
  assertEquals([border.delta1, border.delta2, border.delta3], [1 / 3, 2 / 3, 1]);
});

Deno.test("metrics: what a mask leaves out is not looked at", async () => {
  const kept = await depthErrors([1, 2], [2, 3]);
  const masked = await depthErrors([1, NaN, 2, -1], [2, 1, 3, 0], { mask: [1, 0, 0.5, 0] });
  assertEquals(masked, kept);
});

Deno.test("metrics: MPJPE and PA-MPJPE equal NumPy's and SciPy's Kabsch alignment", async () => {
  const { pred, target, paMpjpe: aligned, ...expected } = fixture.joints;
  assertClose(await mpjpe(pred, target), expected.mpjpe, "MPJPE");
  assertClose(await mpjpe(pred, target, { root: 2 }), expected.rooted, "root 2");
  for (const [i, value] of aligned.entries()) {
    assertClose(await paMpjpe([pred[i]!], [target[i]!]), value, `pose ${i}`, 1e-9);
  }
  const mean = aligned.reduce((sum, value) => sum + value, 0) / aligned.length;
  assertClose(await paMpjpe(pred, target), mean, "all poses", 1e-9);
});

testOnBackends("metrics: tensors give what arrays give", async () => {
  const { pred, target } = fixture.cases[0]!;
  const tensors = [
    tf.tensor1d(pred as number[]),
    tf.tensor2d(target as number[], [200, 1]),
  ] as const;
  // Results of the device itself, not uploads that tfjs may still hold on the host.
  const doubled: [Tensor, Tensor] = [tf.mul(tensors[0], 2), tf.mul(tensors[1], 2)];
  const twice = [pred, target].map((values) => (values as number[]).map((x) => 2 * x));
  const typed = [Float32Array.from(twice[0]!), Float64Array.from(twice[1]!)] as const;
  for (const metric of [...Object.values(METRICS), balancedMeanAbsoluteError]) {
    const expected = await metric(twice[0]!, twice[1]!);
    assertEquals(await metric(...doubled), expected);
    assertEquals(await metric(...typed), expected);
    assertEquals(await metric({ data: typed[0], shape: [200, 1] }, doubled[1]), expected);
  }
  assertEquals(
    await shotwise(meanAbsoluteError, ...doubled, doubled[1], { many: 20, few: 5 }),
    await shotwise(meanAbsoluteError, ...typed, typed[1], { many: 20, few: 5 }),
  );
  const poses = [tf.tensor(fixture.joints.pred), tf.tensor(fixture.joints.target)] as const;
  assertEquals(await paMpjpe(...poses), await paMpjpe(fixture.joints.pred, fixture.joints.target));
  const depths = [tf.tensor(fixture.depth.pred), tf.tensor(fixture.depth.target)] as const;
  const far = tf.greater(depths[1], 5);
  const mask = fixture.depth.target.map((image) => image.map((row) => row.map((x) => +(x > 5))));
  assertEquals(
    await depthErrors(...depths, { mask: far }),
    await depthErrors(fixture.depth.pred, fixture.depth.target, { mask }),
  );
  tf.dispose([...tensors, ...doubled, ...poses, ...depths, far]);
});

Deno.test("metrics: sums are kept in float64", async () => {
  // In float32 2^24 + 1 is 2^24.
  const errors = new Float32Array(1001).fill(1);
  errors[0] = 2 ** 24;
  assertEquals(await meanAbsoluteError(errors, new Float32Array(1001)), (2 ** 24 + 1000) / 1001);
});

Deno.test("metrics: medcouple is the median over all pairs", () => {
  const next = normals(4);
  const lists = [1, 2, 3, 4, 9, 40, 41].map((size) => Array.from({ length: size }, next));
  const skewed = lists.map((list) => list.map((x) => Math.exp(2 * x)));
  const coarse = lists.map((list) => list.map((x) => Math.round(10 * x) / 5 + 1e6));
  for (const list of [...lists, ...skewed, ...coarse]) {
    const sorted = Float64Array.from(list).sort();
    const median = (sorted[(list.length - 1) >> 1]! + sorted[list.length >> 1]!) / 2;
    const [upper, lower] = [
      sorted.filter((x) => x >= median).reverse(),
      sorted.filter((x) => x <= median).reverse(),
    ];
    const all = Float64Array.from([...upper].flatMap((a, i) =>
      [...lower].map((b, j) => {
        if (a === median && b === median) return Math.sign(upper.length - 1 - i - j);
        return ((a - median) + (b - median)) / ((a - median) - (b - median));
      })
    )).sort();
    const expected = (all[(all.length - 1) >> 1]! + all[all.length >> 1]!) / 2;
    assertAlmostEquals(medcouple(sorted), expected, 1e-15, `${list}`);
  }
});
