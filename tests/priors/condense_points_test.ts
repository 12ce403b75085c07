/** Mixtures of more labels than a fit works on: what stands for them, and how little that changes. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fitLabelMixture, LabelMixture } from "../../mod.ts";
import { mixturePoints } from "../../src/priors/mixture_points.ts";
import { condensePoints } from "../../src/priors/condense_points.ts";
import { normals } from "../support/cases.ts";
import { mixtureLogLikelihood } from "../support/mixture_likelihood.ts";

const sum = (values: Float64Array) => values.reduce((a, b) => a + b);
const dot = (a: Float64Array, b: Float64Array) => sum(a.map((x, i) => x * b[i]!));

/** Two heaps far apart, and a heavy tail. */
function skewed(size: number): number[] {
  const next = normals(5);
  return Array.from({ length: size }, (_, i) => {
    if (i % 10 < 6) return next();
    return i % 10 < 9 ? 40 + 0.5 * next() : 60 + Math.exp(1.5 * next());
  });
}

Deno.test("condensed points: mean, mass and tails are kept; no cell spans a gap", () => {
  const labels = Float64Array.from(skewed(20_000));
  const times = labels.map((_, i) => 1 + i % 3);
  const all = mixturePoints({ values: labels, rows: 20_000, dim: 1, flat: true, times }, true);
  const points = condensePoints(all, 1000);
  const { values, counts } = all;
  const size = points.counts.length;
  assert(size <= 1000 && size > 500, `${size}`);
  assertEquals(sum(points.counts), sum(counts));
  assertAlmostEquals(dot(points.values, points.counts), dot(values, counts), 1e-6);
  assertEquals(points.values.slice(0, 250), values.slice(0, 250));
  assertEquals(points.values.slice(-250), values.slice(-250));
  assertEquals(points.counts.slice(-250), counts.slice(-250));
  assert(points.values.every((x, i) => i === 0 || x > points.values[i - 1]!));
  const label = (x: number) => x * all.scale[0]! + all.shift[0]!;
  assert(points.values.every((x) => label(x) < 6 || label(x) > 36), "one between the heaps");
  assert(points.counts.every((count) => count <= sum(counts) / 250 + 3));
  assertEquals([points.rows, points.total], [size, sum(counts)]);
  assert(condensePoints(all, all.rows) === all);
});

Deno.test("condensed points: of several dimensions a sample that has every label's share", () => {
  const next = normals(6);
  const labels = Float64Array.from({ length: 9000 }, next);
  const times = new Float64Array(3000).fill(2);
  times[7] = 3000; // a third of all
  const all = mixturePoints({ values: labels, rows: 3000, dim: 3, flat: false, times }, false);
  const points = condensePoints(all, 600);
  assertAlmostEquals(sum(points.counts), sum(times), 1e-9);
  assert(points.rows <= 401 && points.rows > 395, `${points.rows}`);
  const heavy = points.counts.indexOf(points.counts.reduce((a, b) => Math.max(a, b)));
  const label = [0, 1, 2].map((d) => points.values[3 * heavy + d]! * all.scale[d]! + all.shift[d]!);
  label.forEach((x, d) => assertAlmostEquals(x, labels[21 + d]!, 1e-12));
  assertAlmostEquals(points.counts[heavy]!, 3000, sum(times) / 600);
});

Deno.test("condensed points: a sample lies neither low nor high", () => {
  const labels = Float64Array.from({ length: 2000 }, (_, k) => k % 2 ? 0 : k / 2);
  const all = mixturePoints({ values: labels, rows: 1000, dim: 2, flat: false }, false);
  const { values, counts } = condensePoints(all, 100);
  const mean = counts.reduce((total, count, i) => total + count * values[2 * i]!, 0) / 1000;
  assertAlmostEquals(mean * all.scale[0]!, 0, 0.6); // of 0 to 999; a row is 1 wide
});

Deno.test("condensed points: a fit says so, and is next to that of all labels", async () => {
  const labels = skewed(30_000);
  const whole = await fitLabelMixture(labels, { components: 4, maxPoints: Infinity });
  const fitted = await fitLabelMixture(labels, { components: 4, maxPoints: 1000 });
  assert(!("points" in whole.fit));
  assert(fitted.fit.points! <= 1000 && fitted.fit.labels === 30_000);
  assert(
    `${fitted}`.includes(`fitted to 30,000 labels as ${fitted.fit.points} points, `),
    `${fitted}`,
  );
  const likelihood = mixtureLogLikelihood(fitted, labels);
  assert(likelihood > whole.fit.logLikelihood - 1e-3, `${likelihood}: ${whole}`);
  assertAlmostEquals(fitted.fit.logLikelihood, likelihood, 1e-9);
  assertEquals(LabelMixture.fromJSON(JSON.stringify(fitted)), fitted);
  // The default is between the two, and the order of labels makes no difference.
  const plain = await fitLabelMixture(labels, { components: 4 });
  assert(plain.fit.points! <= 4096 && plain.fit.points! > 2048, `${plain}`);
  assertEquals(await fitLabelMixture(labels.toReversed(), { components: 4 }), plain);
});

Deno.test("condensed points: planes, too; more components than points are refused", async () => {
  const next = normals(8);
  const rows = Array.from({ length: 6000 }, (_, i) => [next() + 9 * (i % 2), 3 * next()]);
  const whole = await fitLabelMixture(rows, { components: 2, maxPoints: Infinity });
  const fitted = await fitLabelMixture(rows, { components: 2, maxPoints: 1500 });
  assertEquals(fitted.fit.points, 1500);
  assert(mixtureLogLikelihood(fitted, rows) > whole.fit.logLikelihood - 5e-3);
  await assertRejects(
    () => fitLabelMixture(rows, { components: 101, maxPoints: 100 }),
    RangeError,
    "components must be at most the number of distinct labels, 100 (as points, see maxPoints): " +
      "current value is 101",
  );
  const bad = { components: 1, maxPoints: 99 };
  await assertRejects(
    () => fitLabelMixture([1], bad),
    RangeError,
    "maxPoints must be an integer >=",
  );
});
