/** Feature smoothing against the published algorithm in float64, step by step. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { FeatureSmoothing, type FeatureSmoothingConfig } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { ReferenceSmoothing } from "../support/reference_smoothing.ts";
import { assertClose, NAMES, runStep } from "../support/smoothing_steps.ts";

interface Case {
  name: string;
  config: FeatureSmoothingConfig;
  dim?: number;
  batches?: number[];
  /** The labels of a row of an epoch; default all over the bins and beyond. */
  label?: (row: number, epoch: number) => number;
  /** The standard deviation of feature d at a label. */
  spread?: (label: number, d: number) => number;
}

const spreadByLabel = (label: number, d: number) => 4 ** (d + Math.round(label) % 3);

const CASES: Case[] = [
  { name: "the defaults", config: { bins: 6 } },
  { name: "triangular, narrow bins", config: { bins: 12, binWidth: 0.5, kernel: "triangular" } },
  { name: "laplace, from -3", config: { bins: 9, start: -3, kernel: "laplace", sigma: 0.7 } },
  { name: "one bin", config: { bins: 1 } },
  { name: "two bins, a window of 9", config: { bins: 2, size: 9, kernel: "triangular" } },
  { name: "a window of 1", config: { bins: 6, size: 1 } },
  { name: "one feature, batches of 1", config: { bins: 2 }, dim: 1, batches: [1, 1, 1, 1, 1, 1] },
  { name: "by rows", config: { bins: 6, momentum: null }, batches: [30, 7] },
  { name: "a late start", config: { bins: 6, startUpdate: 1, startSmooth: 2 } },
  {
    name: "a ratio below the clip",
    config: { bins: 21, size: 21, kernel: "laplace", sigma: 99 },
    label: (row) => row % 21,
    spread: (label) => label === 9 ? 30 : 1,
  },
  { name: "clipped as for depth", config: { bins: 6, clip: [0.2, 5] } },
  { name: "never seen", config: { bins: 6 }, label: (row) => row % 2 ? 0.5 : 4.5 },
  { name: "seen late", config: { bins: 6 }, label: (row, epoch) => (row % 3) + epoch },
];

for (
  const { name, config, dim = 3, batches = [40, 33, 60], label, spread = spreadByLabel } of CASES
) {
  testOnBackends(`feature smoothing: three epochs as published: ${name}`, async () => {
    const layer = new FeatureSmoothing(config);
    const truth = new ReferenceSmoothing(config, dim);
    const next = normals(7);
    const { bins = 1, start = 0, binWidth: width = 1 } = config;
    for (let epoch = 0; epoch < 4; epoch++) {
      let row = 0;
      for (const rows of batches) {
        const labels = Array.from({ length: rows }, () => {
          const anywhere = start + width * (bins / 2 + bins * 0.4 * next());
          return Math.fround(label ? label(row++, epoch) : anywhere);
        });
        // Means and variances that depend on the label and drift, some by more than the clip allows.
        const features = labels.map((y) =>
          Array.from({ length: dim }, (_, d) => {
            return Math.fround(10 * d + y + epoch + spread(y, d) * next());
          })
        );
        const [x, y] = [tf.tensor2d(features, [rows, dim]), tf.tensor2d(labels, [rows, 1])];
        const [actual] = await read(() => layer.apply([x, y], { training: true }) as tf.Tensor);
        const expected = truth.step(features, labels).flat();
        assertClose(actual!, expected, `epoch ${epoch}`, 1e-4);
        tf.dispose([x, y]);
      }
      layer.endEpoch();
      truth.endEpoch();
      const weights = await read(() => layer.getWeights().map((weight) => weight.clone()));
      weights.forEach((values, i) =>
        assertClose(values, [truth[NAMES[i]!]].flat(2), `${NAMES[i]} after ${epoch}`)
      );
    }
    layer.dispose();
  }, ["webgpu", "cpu"]);
}

testOnBackends("feature smoothing: the identity at inference and before startSmooth", async () => {
  const layer = new FeatureSmoothing({ bins: 3, startSmooth: 2 });
  const [x, y] = [
    tf.randomNormal([20, 2], 0, 1, "float32", 3),
    tf.randomUniform([20], 0, 3, "float32", 4),
  ];
  const pass = async (training: boolean) =>
    (await read(() => layer.apply(training ? [x, y] : x, { training }) as tf.Tensor))[0];
  const values = await x.data<"float32">();
  for (const due of [false, false, true]) {
    assertEquals((await pass(true))!.some((value, i) => value !== values[i]), due);
    assertEquals(await pass(false), values);
    layer.endEpoch();
  }
  tf.dispose([x, y]);
  layer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("feature smoothing: a feature of variance 0 is left alone", async () => {
  const layer = new FeatureSmoothing({ bins: 2, size: 3 });
  const x = tf.tensor2d([[5, 1], [5, 3], [9, 9], [9, 9]]);
  const y = tf.tensor1d([0, 0, 1, 1]);
  const pass = () => layer.apply([x, y], { training: true }) as tf.Tensor;
  pass().dispose();
  layer.endEpoch();
  const [values] = await read(pass);
  assertEquals([0, 2, 4, 5, 6, 7].map((i) => values![i]), [5, 5, 9, 9, 9, 9]);
  assert(values![1] !== 1 && values![3] !== 3, `${values}`);
  tf.dispose([x, y]);
  layer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("feature smoothing: a bin of next to no variance is left alone", async () => {
  const layer = new FeatureSmoothing({ bins: 2, size: 3 });
  const [x, y] = [tf.tensor2d([[1e-6], [3e-6], [0], [1]]), tf.tensor1d([0, 0, 1, 1])];
  runStep(layer, [x, y]);
  layer.endEpoch();
  const [values] = await read(() => layer.apply([x, y], { training: true }) as tf.Tensor);
  assertEquals(values!.slice(0, 2), await x.data().then((all) => all.slice(0, 2)));
  assert(values![3] !== 1);
  tf.dispose([x, y]);
  layer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("feature smoothing: variances far from zero keep their digits", async () => {
  const layer = new FeatureSmoothing({ bins: 1 });
  const x = tf.tensor2d(Array.from({ length: 64 }, (_, i) => [10_000 + i % 2]));
  const y = tf.zeros([64]);
  runStep(layer, [x, y]);
  layer.endEpoch();
  const [variance] = await read(() => layer.getWeights()[1]!.clone());
  assertClose(variance!, [0.25 * 64 / 63], "variance", 1e-3);
  tf.dispose([x, y]);
  layer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("feature smoothing: gradients pass by the scale", async () => {
  const layer = new FeatureSmoothing({ bins: 4 });
  const y = tf.tensor1d([0, 0, 1, 1, 2, 2, 3, 3]);
  const x = tf.tensor2d([[0], [1], [0], [20], [5], [6], [1], [4]]);
  const pass = (t: tf.Tensor) => layer.apply([t, y], { training: true }) as tf.Tensor;
  pass(x).dispose();
  layer.endEpoch();
  const [gradient, slope] = await read(() => [
    tf.grad((t) => tf.sum(pass(t)))(x),
    tf.sub(pass(tf.add(x, 1)), pass(x)),
  ]);
  assertClose(gradient!, [...slope!], "gradient");
  assert(gradient!.some((value) => Math.abs(value - 1) > 0.5), `${gradient}`);
  tf.dispose([x, y]);
  layer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends(
  "feature smoothing: update, in parts or in one go, is what steps collect",
  async () => {
    const [x, y] = [
      tf.randomNormal([30, 2], 3, 1, "float32", 3),
      tf.randomUniform([30], 0, 4, "float32", 4),
    ];
    const part = (t: tf.Tensor, from: number) => t.slice(from, 10);
    const statistics = async (collect: boolean, parts: boolean) => {
      const layer = new FeatureSmoothing({ bins: 4, collect });
      runStep(layer, [x, y]);
      tf.tidy(() => {
        if (!collect && !parts) layer.update(x, y);
        else if (parts) [0, 10, 20].forEach((from) => layer.update(part(x, from), part(y, from)));
      });
      layer.endEpoch();
      const weights = await read(() => layer.getWeights().map((weight) => weight.clone()));
      layer.dispose();
      return weights.map((values) => [...values]);
    };
    const collected = await statistics(true, false);
    assertEquals(await statistics(false, false), collected);
    (await statistics(false, true)).forEach((values, i) =>
      assertClose(values, collected[i]!, `${i}`)
    );
    tf.dispose([x, y]);
  },
  ["webgpu", "cpu"],
);

testOnBackends("feature smoothing: edges are the bins of a width, and any others", async () => {
  const step = async (config: FeatureSmoothingConfig) => {
    const layer = new FeatureSmoothing({ size: 3, ...config });
    const x = tf.tensor2d([[0], [1], [0], [20], [5], [6], [1], [4]]);
    const y = tf.tensor1d([0, 0.3, 0.7, 0.7, 0.2, 1, 5, -3]);
    runStep(layer, [x, y]);
    layer.endEpoch();
    const [values, count] = await read(() => [
      layer.apply([x, y], { training: true }) as tf.Tensor,
      layer.getWeights()[4]!.clone(),
    ]);
    tf.dispose([x, y]);
    layer.dispose();
    return { values: [...values!], count: [...count!] };
  };
  const tenths = { bins: 10, binWidth: 0.1 };
  const edges = Array.from({ length: 11 }, (_, k) => k / 10);
  const expected = await step(tenths);
  assertEquals(await step({ edges }), expected);
  // 0.3 and 0.7 are on an edge; beyond the ends a label counts as of the first or last bin.
  assertEquals(expected.count, [2, 0, 1, 1, 0, 0, 0, 2, 0, 2]);
  assertEquals((await step({ edges: [0, 0.3, 0.7, 9] })).count, [3, 1, 4]);
}, ["webgpu", "cpu"]);
