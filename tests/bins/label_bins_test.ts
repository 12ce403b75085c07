/** Bins: numpy's counts at decimal edges, float32 and float64, by every way and in every room. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { imbalanceReport, labelHistogram, labelWeights, shotwise } from "../../mod.ts";
import { binOf } from "../../src/layers/bin_moments.ts";
import { testOnBackends } from "../support/backends.ts";
import { BIN_CASES, nextFloat32 } from "../support/bin_cases.ts";
import { assertNear } from "../support/near.ts";

Deno.test("bins: labels in given edges, of a width and of a count are counted as numpy counts", async () => {
  assertEquals(BIN_CASES.length, 384);
  for (const { name, width, edges, labels, counts } of BIN_CASES) {
    const given = await labelHistogram(labels, { edges });
    assertEquals(given.counts, counts, `${name}: edges`);
    const equal = await labelHistogram(labels, { bins: counts.length });
    assertEquals(equal.counts, counts, `${name}: bins`);
    assertEquals(equal.edges, edges, `${name}: edges of bins`);
    // On a grid without end the highest label, on the last edge, begins another bin.
    const more = [...counts.slice(0, -1), counts.at(-1)! - 1, 1];
    const grid = await labelHistogram(labels, { binWidth: width, align: "edge" });
    assertEquals(grid.counts, more, `${name}: binWidth`);
    assertEquals(grid.edges.slice(0, -1), edges, `${name}: edges of binWidth`);
  }
});

Deno.test("bins: a report and shots have the histogram's bins", async () => {
  for (const { name, width, edges, labels, counts } of BIN_CASES) {
    const given = await imbalanceReport(labels, labels, labels, { edges });
    const found = given.bins.map(({ from, to, trainCount }) => [from, to, trainCount]);
    assertEquals(found, counts.map((count, b) => [edges[b], edges[b + 1], count]), name);
    assertEquals("binWidth" in given, false);
    const grid = await imbalanceReport(labels, labels, labels, { binWidth: width });
    assertEquals(grid.binWidth, width);
    const more = [...counts.slice(0, -1), counts.at(-1)! - 1, 1];
    assertEquals(grid.bins.map(({ testCount }) => testCount), more, name);
    assertEquals(grid.bins.map(({ from }) => from), edges, name);
  }
});

Deno.test("bins: weights are one over numpy's counts", async () => {
  for (const { name, edges, labels, counts } of BIN_CASES) {
    const weights = await labelWeights(labels, { edges, scheme: "inverse", clip: false });
    // A bin's weights sum to the same in every bin, so that one over a weight tells the bin's count.
    const found = weights.map((weight) => labels.length / counts.length / weight);
    const expected = counts.flatMap((count) => new Array<number>(count).fill(count));
    assertNear(found.sort((a, b) => a - b), expected.sort((a, b) => a - b), 1e-9, name);
  }
});

testOnBackends("bins: feature smoothing sorts float32 labels as numpy does", async () => {
  for (const { name, float32, edges, labels, counts } of BIN_CASES) {
    if (!float32) continue;
    const bins = tf.tidy(() => binOf(tf.tensor1d(labels as number[]), edges));
    const found = new Array<number>(counts.length).fill(0);
    for (const bin of await bins.data()) found[bin]!++;
    bins.dispose();
    assertEquals(found, counts, name);
  }
}, ["webgpu", "cpu"]);

Deno.test("bins: the cases of the report of the fault", async () => {
  const edges = [0.5, 0.6, 0.7, 0.8];
  const single = tf.tensor1d([0.7]);
  for (const label of [single, [0.7], Float32Array.of(0.7), [0.1 + 0.6]]) {
    assertEquals((await labelHistogram(label, { edges })).counts, [0, 0, 1]);
  }
  single.dispose();
  assertEquals((await labelHistogram([0.05, 0.15], { binWidth: 0.1 })).counts, [1, 1]);
  // Scores from 0 to 5 in steps of 0.1, as they are read from a tensor, and as plain numbers.
  const scores = Array.from({ length: 51 }, (_, k) => k / 10);
  for (const labels of [scores, scores.map(Math.fround)]) {
    const expected = [...new Array<number>(49).fill(1), 2];
    assertEquals((await labelHistogram(labels, { bins: 50 })).counts, expected);
    const tenths = await labelHistogram(labels, { binWidth: 0.1 });
    assertEquals(tenths.centers, scores);
    assertEquals(tenths.counts, scores.map(() => 1));
  }
});

Deno.test("bins: half-way belongs to the upper bin of centered ones, a float32 below it does not", async () => {
  for (const width of [0.1, 0.3, 1, 0.01, 2.5, 1 / 3]) {
    // Decimal numbers but for the third.
    const borders = Array.from({ length: 60 }, (_, k) => {
      const border = (2 * k - 61) * width / 2;
      return width === 1 / 3 ? border : Number(border.toPrecision(15));
    });
    for (const labels of [borders, borders.map(Math.fround)]) {
      const on = await labelHistogram(labels, { binWidth: width });
      assertEquals(on.counts, borders.map(() => 1), `${width}`);
      assertNear(on.edges.slice(0, -1), borders, 1e-14);
    }
    const below = borders.map((border) => nextFloat32(Math.fround(border), -1));
    const histogram = await labelHistogram([...borders, ...below], { binWidth: width });
    assertEquals(histogram.counts, [1, ...borders.slice(1).map(() => 2), 1]);
  }
});

Deno.test("bins: align moves bins by half a width; whole numbers are alone in either", async () => {
  const labels = [19, 20, 20.5, 21];
  const centered = await labelHistogram(labels, { binWidth: 1 });
  assertEquals([centered.centers, centered.counts], [[19, 20, 21], [1, 1, 2]]);
  assertEquals(await labelHistogram(labels, { binWidth: 1, align: "center" }), centered);
  const begun = await labelHistogram(labels, { binWidth: 1, align: "edge" });
  assertEquals([begun.centers, begun.counts], [[19.5, 20.5, 21.5], [1, 2, 1]]);
  const report = await imbalanceReport(labels, labels, labels);
  assertEquals(report.bins.map(({ from, trainCount }) => [from, trainCount]), [
    [19, 1],
    [20, 2],
    [21, 1],
  ]);
  assertEquals(
    await imbalanceReport(labels, labels, labels, { align: "edge", binWidth: 1 }),
    report,
  );
  const { bins } = await imbalanceReport(labels, labels, labels, { align: "center" });
  assertEquals(bins.map(({ from, trainCount }) => [from, trainCount]), [
    [18.5, 1],
    [19.5, 1],
    [20.5, 2],
  ]);
  assertEquals(
    await labelWeights(labels, { binWidth: 1, scheme: "inverse", clip: false }),
    [4 / 3, 4 / 3, 2 / 3, 2 / 3],
  );
});

Deno.test("bins: only what is an edge but for rounding counts as on it", async () => {
  for (const [edge, gap] of [[0.7, 0.1], [1e6, 1], [-3, 2.5], [0, 1], [2020.4, 0.1]] as const) {
    const edges = [edge - gap, edge, edge + gap];
    const lower = async (label: number) => (await labelHistogram([label], { edges })).counts[0];
    assertEquals(await lower(edge - 1e-9 * Math.max(gap, Math.abs(edge))), 1, `below ${edge}`);
    assertEquals(await lower(edge - 2 ** -52 * Math.max(gap, Math.abs(edge))), 0, `at ${edge}`);
    assertEquals(await lower(Math.fround(edge)), 0, `float32 of ${edge}`);
    if (edge === 0) continue; // what is next to nothing beside the bin's width is rounding
    assertEquals(await lower(nextFloat32(Math.fround(edge), -1)), 1, `float32 before ${edge}`);
  }
});

Deno.test("bins: the outermost edges hold their own float32 number", async () => {
  for (const [low, high] of [[0.7, 0.8], [0.1, 0.9], [2020.4, 2020.6]] as const) {
    const labels = [low, high].map(Math.fround);
    assertEquals((await labelHistogram(labels, { edges: [low, high] })).counts, [2]);
    assertEquals((await labelHistogram(labels, { bins: 2 })).edges[0], low);
  }
});

Deno.test("bins: narrower than float32 tells apart, float64 labels keep their bins", async () => {
  // Seconds since 1970: a float32 has steps of 128 there.
  const labels = Array.from({ length: 300 }, (_, k) => 1_700_000_000 + k);
  const { counts, centers } = await labelHistogram(labels, { binWidth: 1 });
  assertEquals(counts, labels.map(() => 1));
  assertEquals(centers, labels);
  const edges = [...labels.map((label) => label - 0.3), 1_700_000_300];
  assertEquals((await labelHistogram(labels, { edges })).counts, counts);
  // Amounts beyond 2^24, one below an edge.
  const report = await imbalanceReport([49_999_999, 50_000_000], [0], [0], { binWidth: 1e7 });
  assertEquals(report.bins.map(({ from }) => from), [0, 4e7, 5e7]);
});

Deno.test("bins: labels far apart need no bins between", async () => {
  const far = [-1e12, 0, 5, 1e12];
  const report = await imbalanceReport(far, far, far);
  assertEquals(report.bins.map(({ from, to, trainCount }) => [from, to - from, trainCount]), [
    [-1e12, 1, 1],
    [0, 1, 1],
    [5, 1, 1],
    [1e12, 1, 1],
  ]);
  const zero = () => Promise.resolve(0);
  assertEquals(await shotwise(zero, far, far, far, { few: 1, many: 1 }), {
    overall: 0,
    many: NaN,
    medium: 0,
    few: NaN,
  });
  assert(report.few.testCount === 4);
});

Deno.test("bins: at the limit of float64 a label lies within its bin", async () => {
  // Five to 50 of float64's steps a bin: its quotient by the width is off by up to half a bin.
  for (const [width, from] of [[0.01, 1e13], [0.1, 3e13], [12.8, 4e15], [1 / 3, 1e14]] as const) {
    for (const align of ["center", "edge"] as const) {
      const labels = Array.from({ length: 2000 }, (_, i) => from + i * 0.37 * width);
      const { bins } = await imbalanceReport(labels, labels, labels, { binWidth: width, align });
      const within = bins.map(({ from, to }) => labels.filter((x) => from <= x && x < to).length);
      assertEquals(bins.map(({ trainCount }) => trainCount), within, `${width} ${align}`);
    }
  }
});
