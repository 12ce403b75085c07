/** labelHistogram: numpy's counts, scipy's smoothing, and what must hold for any labels. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { LabelHistogram, labelHistogram, type LabelSmoothing } from "../../mod.ts";
import { checkSmoothing, smoothingKernel } from "../../src/priors/label_smoothing.ts";
import { testOnBackends } from "../support/backends.ts";
import { assertNear, sum } from "../support/near.ts";
import fixture from "../fixtures/label_smoothing.json" with { type: "json" };

const WHOLE = Array.from({ length: 62 }, (_, i) => i - 0.5);

Deno.test("histogram: kernels are scipy's", () => {
  assertEquals(fixture.kernels.length, 21);
  for (const { kernel, size, sigma, window } of fixture.kernels) {
    const smoothing = { kernel, size, sigma } as LabelSmoothing;
    assertNear(
      smoothingKernel(checkSmoothing(smoothing, "test")),
      window,
      1e-14,
      `${kernel} ${size} ${sigma}`,
    );
  }
});

Deno.test("histogram: counts and edges are numpy's", async () => {
  for (const { bins, counts, edges } of fixture.histograms) {
    const way = Array.isArray(bins) ? { edges: bins } : { bins };
    const histogram = await labelHistogram(fixture.floats, way);
    assertEquals(histogram.counts, counts);
    assertNear(histogram.edges, edges);
  }
});

Deno.test("histogram: centers and weights are the authors', with and without smoothing", async () => {
  for (const { lds, buckets } of fixture.cases) {
    const [centers, weights] = buckets as [number[], number[]];
    const smoothing = lds ? { smoothing: lds as LabelSmoothing } : {};
    const histogram = await labelHistogram(fixture.labels, { edges: WHOLE, ...smoothing });
    assertEquals(histogram.centers, centers);
    assertNear(histogram.weights, weights, 1e-14);
  }
});

Deno.test("histogram: bins of a width are centered at its multiples, half-way goes up", async () => {
  const labels = [-1.5, -1, -0.5, 0.2, 2.499, 2.5];
  const { centers, counts, edges } = await labelHistogram(labels, { binWidth: 1 });
  assertEquals(centers, [-1, 0, 2, 3]);
  assertEquals(edges, [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5]);
  assertEquals(counts, [2, 2, 0, 1, 1]);
  const tenths = Array.from({ length: 300 }, (_, i) => (i - 150) / 10);
  const fine = await labelHistogram(tenths, { binWidth: 0.1 });
  assert(fine.counts.every((count) => count === 1));
  assertNear(fine.centers, tenths, 1e-13);
});

Deno.test("histogram: every label lies within the bins, however the edges were rounded", async () => {
  for (let i = -2000; i < 2000; i++) {
    const border = (i + 0.5) * 0.1;
    for (const label of [border, border * (1 - 2 ** -53), border * (1 + 2 ** -52)]) {
      const { edges } = await labelHistogram([label], { binWidth: 0.1 });
      // A label an edge but for its last digits counts as on it.
      const slack = 2 ** -50 * Math.abs(label);
      assert(edges[0]! - slack <= label && label < edges.at(-1)!, `${label} in ${edges}`);
    }
  }
  for (let bins = 1; bins < 200; bins++) {
    const { edges } = await labelHistogram([0.1, 0.7], { bins });
    assertEquals([edges[0], edges[bins]], [0.1, 0.7]);
  }
});

Deno.test("histogram: the last bin holds its upper edge, the others do not", async () => {
  const { counts } = await labelHistogram([0, 1, 1, 2], { edges: [0, 1, 2] });
  assertEquals(counts, [1, 3]);
});

Deno.test("histogram: no bin without a weight reaches a loss; all weights sum to 1", async () => {
  const labels = [-7, -7, 0, 40, 41.5];
  const smoothings: (LabelSmoothing | undefined)[] = [
    undefined,
    {},
    { kernel: "laplace", sigma: 0.01 },
    { kernel: "gaussian", size: 101, sigma: 0.05 },
    { kernel: "triangular", size: 9 },
  ];
  for (const smoothing of smoothings) {
    for (const way of [{ binWidth: 0.5 }, { bins: 77 }, { edges: [-100, -7, 0, 1, 2, 42, 1000] }]) {
      const options = smoothing ? { ...way, smoothing } : way;
      const { centers, weights, counts } = await labelHistogram(labels, options);
      assertEquals(centers.length, weights.length);
      assert(weights.every((weight) => weight >= 2 ** -126 && Number.isFinite(Math.log(weight))));
      assertNear([sum(weights)], [1]);
      assertEquals(sum(counts), labels.length);
    }
  }
});

Deno.test("histogram: one distinct label is one bin with a weight", async () => {
  for (const label of [0, -3, 1e6, 1.7e30]) {
    for (const way of [{ bins: 3 }, { binWidth: Math.abs(label) || 1 }]) {
      const { centers, weights } = await labelHistogram([label, label], way);
      assertEquals(weights, [1]);
      assertNear(centers, [label]);
    }
  }
});

Deno.test("histogram: order of labels makes no difference, a scale of 2 scales it", async () => {
  const labels = fixture.floats;
  const histogram = await labelHistogram(labels, { binWidth: 0.25, smoothing: {} });
  assertEquals(
    await labelHistogram(labels.toReversed(), { binWidth: 0.25, smoothing: {} }),
    histogram,
  );
  const doubled = labels.map((label) => 2 * label);
  const wide = await labelHistogram(doubled, { binWidth: 0.5, smoothing: {} });
  assertEquals(wide.weights, histogram.weights);
  assertEquals(wide.centers, histogram.centers.map((center) => 2 * center));
});

Deno.test("histogram: 100,000 labels, far from zero", async () => {
  const labels = Float64Array.from({ length: 100_000 }, (_, i) => 1e6 + (i % 3) - 1);
  const { centers, weights } = await labelHistogram(labels, { binWidth: 1 });
  assertEquals(centers, [999_999, 1e6, 1_000_001]);
  assertNear(weights, [0.33334, 0.33333, 0.33333]);
});

testOnBackends("histogram: tensors count as arrays do", async () => {
  const labels = Float32Array.from({ length: 5000 }, (_, i) => Math.sqrt(i));
  const expected = await labelHistogram(labels, { bins: 20 });
  for (const shape of [[5000], [5000, 1]]) {
    // Beyond 1,000 elements, and computed: on the GPU, where only data() can read it.
    const tensor = tf.tidy(() => tf.add(tf.tensor(labels, shape), 0));
    assertEquals(await labelHistogram(tensor, { bins: 20 }), expected);
    tensor.dispose();
  }
  const whole = tf.tensor1d([1, 2, 2], "int32");
  assertEquals((await labelHistogram(whole, { binWidth: 1 })).counts, [1, 2]);
  whole.dispose();
  const rows = Array.from(labels, (label) => [label]);
  assertEquals(await labelHistogram(rows, { bins: 20 }), expected);
});

Deno.test("histogram: survives JSON and prints as one line", async () => {
  const histogram = await labelHistogram(fixture.floats, { bins: 1234, smoothing: {} });
  const text = JSON.stringify(histogram);
  for (const json of [text, JSON.parse(text)]) {
    const restored = LabelHistogram.fromJSON(json);
    assert(restored instanceof LabelHistogram);
    assertEquals(restored, histogram);
  }
  const { centers, edges } = histogram;
  assertEquals(
    Deno.inspect(histogram),
    `LabelHistogram: 200 labels in 1,234 bins from ${Number(edges[0]!.toPrecision(4))} to ` +
      `${Number(edges[1234]!.toPrecision(4))}, ${centers.length} with a weight`,
  );
});
