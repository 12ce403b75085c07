/** Labels as counts: every function gives what it gives for as many labels in a row; NYUD2-DIR's depth. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  fitLabelMixture,
  imbalanceReport,
  labelHistogram,
  LabelNoise,
  labelWeights,
  meanAbsoluteError,
  referenceSample,
  shotwise,
} from "../../mod.ts";
import { assertNear, sum } from "../support/near.ts";
import { mixtureLogLikelihood } from "../support/mixture_likelihood.ts";
import fixture from "../fixtures/label_counts.json" with { type: "json" };

/** Out of order, one value twice, one of no label. */
const COUNTS = { values: [23, 20, 21.5, 20, 40, 30], counts: [9, 30, 1, 11, 0, 150] };
const ROWS = COUNTS.values.flatMap((value, v) => new Array<number>(COUNTS.counts[v]!).fill(value));
/** Middles of NYUD2-DIR's bins 7 to 99, and the pixels in each. */
const DEPTH = { values: fixture.counts.map((_, b) => (b + 7.5) / 10), counts: fixture.counts };
const TENTHS = { binWidth: 0.1, align: "edge" } as const;

Deno.test("counts: priors, weights, noise and shots are those of the labels in a row", async () => {
  const edges = { edges: [20, 21, 22, 25, 41] };
  const smoothing = { size: 3, sigma: 1 };
  assertEquals(
    await labelHistogram(COUNTS, { ...edges, smoothing }),
    await labelHistogram(ROWS, { ...edges, smoothing }),
  );
  for (const scheme of ["inverse", "sqrt-inverse"] as const) {
    const weights = await labelWeights(COUNTS, { ...edges, scheme, lds: smoothing });
    const rows = await labelWeights(ROWS, { ...edges, scheme, lds: smoothing });
    const spread = weights.flatMap((w, v) => new Array<number>(COUNTS.counts[v]!).fill(w));
    assertNear(spread, rows, 1e-14, scheme);
    assertEquals(weights[4], 0); // no label
  }
  const dense = await labelWeights(COUNTS, { scheme: "dense" });
  const denseRows = await labelWeights(ROWS, { scheme: "dense" });
  assertNear(dense.flatMap((w, v) => new Array<number>(COUNTS.counts[v]!).fill(w)), denseRows);
  assertEquals(dense[4], 0);
  const options = { components: 2 };
  assertEquals(await fitLabelMixture(COUNTS, options), await fitLabelMixture(ROWS, options));
  for (const stratified of [true, false]) {
    for (const size of [1, 40, 201]) {
      const drawn = { seed: 3, stratified };
      const sample = await referenceSample(COUNTS, size, drawn);
      assertEquals(sample, await referenceSample(ROWS, size, drawn), `${stratified} ${size}`);
    }
  }
  await tf.setBackend("cpu");
  const [noise, plain] = [await LabelNoise.fromLabels(COUNTS), await LabelNoise.fromLabels(ROWS)];
  assertAlmostEquals(await noise.sigma(), await plain.sigma(), 1e-6);
  noise.dispose();
  plain.dispose();
  const [pred, target] = [[21, 21, 33, 40], [20, 23, 30, 41]];
  assertEquals(
    await shotwise(meanAbsoluteError, pred, target, COUNTS),
    await shotwise(meanAbsoluteError, pred, target, ROWS),
  );
  assertEquals(
    await imbalanceReport(COUNTS, target, pred),
    await imbalanceReport(ROWS, target, pred),
  );
});

Deno.test("counts: a histogram's bins reach over all values, those without a label, too", async () => {
  const values = Array.from({ length: 100 }, (_, b) => (b + 0.5) / 10);
  const counts = [...new Array<number>(7).fill(0), ...fixture.counts];
  const bins = await labelHistogram({ values, counts }, TENTHS);
  assertEquals(bins.counts, counts);
  assertEquals([bins.edges[0], bins.edges[100], bins.centers.length], [0, 10, 93]);
  assertNear(bins.weights, fixture.counts.map((count) => count / 3_513_286_656), 1e-15);
  assertEquals(
    `${bins}`,
    "LabelHistogram: 3,513,286,656 labels in 100 bins from 0 to 10, 93 with a weight",
  );
});

Deno.test("counts: beyond 2^32 sums are exact", async () => {
  const counts = [2 ** 33 + 1, 2 ** 32, 3];
  const labels = { values: Int32Array.of(1, 2, 3), counts: Float64Array.from(counts) };
  const bins = await labelHistogram(labels, { binWidth: 1 });
  assertEquals(bins.counts, counts);
  assertEquals(bins.weights[0], (2 ** 33 + 1) / (2 ** 33 + 2 ** 32 + 4));
  const mixture = await fitLabelMixture(labels, { components: 1 });
  assertEquals(mixture.fit.labels, 2 ** 33 + 2 ** 32 + 4);
  assertAlmostEquals(mixture.means[0] as number, 4 / 3, 1e-9);
  const sample = await referenceSample(labels, 300, { seed: 1 }) as number[];
  assert(Math.abs(sample.filter((label) => label === 1).length - 200) < 40);
  const even = await referenceSample(labels, 300, { stratified: true }) as number[];
  assertEquals([1, 2].map((label) => even.filter((other) => other === label).length), [200, 100]);
  const report = await imbalanceReport(labels, [1, 2], [1, 2]);
  assertEquals([report.overall.trainCount, report.bins[0]!.trainCount], [
    2 ** 33 + 2 ** 32 + 4,
    counts[0],
  ]);
});

Deno.test("counts: depth's weights are those of the authors' code, with zeros or mirrored ends", async () => {
  for (const scheme of ["inverse", "sqrt-inverse"] as const) {
    for (const [ends, mode] of [["zero", "constant"], ["reflect", "reflect"]] as const) {
      const options = { ...TENTHS, scheme, clip: false, lds: { ends } } as const;
      const expected = fixture.weights[`${scheme}, ${mode}`];
      assertNear(await labelWeights(DEPTH, options), expected, 1e-12, `${scheme}, ${mode}`);
    }
  }
  assertNear(await labelWeights(DEPTH, { scheme: "dense" }), fixture.denseDepth, 1e-9, "dense");
});

Deno.test("counts: GAI's mixture of depths, 16 components of the authors' 3,644 labels", async () => {
  const all = [...new Array<number>(7).fill(fixture.counts[0]!), ...fixture.counts];
  const values = all.map((_, b) => (b + 0.5) / 10);
  const counts = all.map((count) => Math.floor(count / 1e6));
  const mixture = await fitLabelMixture({ values, counts }, { components: 16 });
  const { labels, mean, variance, logLikelihood } = fixture.pseudo;
  assertEquals(mixture.fit.labels, labels);
  const [means, variances] = [mixture.means as number[], mixture.variances as number[]];
  const moment = (of: (j: number) => number) => sum(mixture.weights.map((w, j) => w * of(j)));
  assertAlmostEquals(moment((j) => means[j]!), mean, 1e-9);
  assertAlmostEquals(moment((j) => variances[j]! + (means[j]! - mean) ** 2), variance, 1e-5);
  // Ten starts of a plain EM in NumPy.
  assert(mixture.fit.logLikelihood > logLikelihood - 0.01, `${mixture}`);
  const rows = values.flatMap((value, b) => new Array<number>(counts[b]!).fill(value));
  assertNear([mixture.fit.logLikelihood], [mixtureLogLikelihood(mixture, rows)], 1e-9);
  // Of all 3.7 billion pixels: the same but for what floor() has cut off.
  const whole = await fitLabelMixture({ values, counts: all }, { components: 16 });
  assertEquals(whole.fit.labels, sum(all));
  assertAlmostEquals(whole.fit.logLikelihood, mixture.fit.logLikelihood, 0.02);
});
