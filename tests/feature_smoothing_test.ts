/** Feature smoothing against the published algorithm in float64; in train, in model.fit, saved and loaded. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FeatureSmoothing, type FeatureSmoothingConfig, train } from "../mod.ts";
import { read, testOnBackends } from "./support/backends.ts";
import { normals } from "./support/cases.ts";
import { ReferenceSmoothing } from "./support/reference_smoothing.ts";

const mse = (pred: tf.Tensor, target: tf.Tensor) => tf.mean(tf.squaredDifference(pred, target));

function assertClose(actual: ArrayLike<number>, expected: number[], what: string, rel = 2e-5) {
  assertEquals(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const gap = Math.abs(actual[i]! - value);
    assert(gap <= rel * (1 + Math.abs(value)), `${what} [${i}]: ${actual[i]} is not ${value}`);
  });
}

/** Calls the layer in training and drops the result. */
function runStep(layer: FeatureSmoothing, inputs: tf.Tensor[]): void {
  tf.dispose(layer.apply(inputs, { training: true }) as tf.Tensor);
}

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
  { name: "triangular, narrow bins", config: { bins: 12, width: 0.5, kernel: "triangular" } },
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
  { name: "never seen", config: { bins: 6 }, label: (row) => row % 2 ? 0.5 : 4.5 },
  { name: "seen late", config: { bins: 6 }, label: (row, epoch) => (row % 3) + epoch },
];

/** Weights in the order in which they are saved. */
const NAMES = ["mean", "variance", "smoothedMean", "smoothedVariance", "count", "epoch"] as const;

for (
  const { name, config, dim = 3, batches = [40, 33, 60], label, spread = spreadByLabel } of CASES
) {
  testOnBackends(`feature smoothing: three epochs as published: ${name}`, async () => {
    const layer = new FeatureSmoothing(config);
    const truth = new ReferenceSmoothing(config, dim);
    const next = normals(7);
    const { bins, start = 0, width = 1 } = config;
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

const dense = (units: number, more: Record<string, unknown> = {}) =>
  tf.layers.dense({ units, kernelInitializer: tf.initializers.glorotNormal({ seed: 8 }), ...more });

function sequential(smoothing: FeatureSmoothing): tf.Sequential {
  return tf.sequential({ layers: [dense(3, { inputShape: [2] }), smoothing, dense(1)] });
}

/** Rows whose label is the first input. */
function problem(rows = 48) {
  const x = tf.randomUniform([rows, 2], 0, 6, "float32", 5);
  const y = tf.tidy(() => x.slice([0, 0], [rows, 1]).clone());
  return { x, y, dispose: () => tf.dispose([x, y]) };
}

testOnBackends(
  "feature smoothing: in train, statistics are those of the features",
  async () => {
    const smoothing = new FeatureSmoothing({ bins: 6 });
    const model = sequential(smoothing);
    const { x, y, dispose } = problem();
    const truth = new ReferenceSmoothing({ bins: 6 }, 3);
    const [flat] = await read(() => model.layers[0]!.apply(x) as tf.Tensor);
    const features = Array.from({ length: 48 }, (_, i) => [...flat!.slice(3 * i, 3 * i + 3)]);
    const labels = [...await y.data()];
    const optimizer = tf.train.sgd(0);
    const order: string[] = [];
    const loss: number[] = [];
    await train({
      model,
      data: { x, y },
      loss: mse,
      epochs: 3,
      batchSize: 20,
      optimizer,
      restoreBest: false,
      validation: {
        data: { x, y },
        metrics: { mse: (p, t) => (order.push("validate"), mse(p, t)) },
      },
      callbacks: {
        onEpochDone: (epoch) => {
          order.push(`done ${epoch}`);
          smoothing.endEpoch();
        },
        onEpochEnd: (record) => void loss.push(record.loss),
      },
    });
    assertEquals(order, ["done 0", "validate", "done 1", "validate", "done 2", "validate"]);
    for (let epoch = 0; epoch < 3; epoch++) {
      truth.step(features, labels);
      truth.endEpoch();
    }
    const weights = await read(() => smoothing.getWeights().map((weight) => weight.clone()));
    weights.forEach((values, i) => assertClose(values, [truth[NAMES[i]!]].flat(2), NAMES[i]!));
    assert(loss[0] !== loss[1], "epoch 1 is calibrated");
    dispose();
    optimizer.dispose();
    model.dispose();
  },
  ["webgpu", "cpu"],
  { leaky: "a tidy's tensor that array() reads" },
);

testOnBackends(
  "feature smoothing: in train it learns, is never read back, leaves no tensor",
  async () => {
    const smoothing = new FeatureSmoothing({ bins: 6 });
    const model = sequential(smoothing);
    const { x, y, dispose } = problem();
    const optimizer = tf.train.sgd(0.001);
    const backend = tf.backend();
    const original = backend.read;
    let reads = 0;
    backend.read = (dataId) => (reads++, original.call(backend, dataId));
    const run = (epochs: number) =>
      train({
        model,
        data: { x, y },
        loss: mse,
        epochs,
        batchSize: 20,
        optimizer,
        callbacks: { onEpochDone: () => smoothing.endEpoch() },
      });
    await run(1);
    const tensors = tf.memory().numTensors;
    reads = 0;
    const start = performance.now();
    const { history } = await run(20);
    const most = 1 + Math.ceil((performance.now() - start) / 500);
    assert(reads <= most, `${reads} reads of 60 steps`);
    backend.read = original;
    assertEquals(tf.memory().numTensors, tensors);
    assert(history.at(-1)!.loss < history[0]!.loss, JSON.stringify(history));
    dispose();
    optimizer.dispose();
    model.dispose();
  },
  ["webgpu", "cpu"],
);

/** A model that takes labels as its second input, as model.fit needs. */
function withLabels(smoothing: FeatureSmoothing) {
  const [x, label] = [tf.input({ shape: [2] }), tf.input({ shape: [1] })];
  const features = dense(3).apply(x) as tf.SymbolicTensor;
  const head = dense(1);
  const calibrated = smoothing.apply([features, label]) as tf.SymbolicTensor;
  const output = (t: tf.SymbolicTensor) => head.apply(t) as tf.SymbolicTensor;
  return {
    training: tf.model({ inputs: [x, label], outputs: output(calibrated) }),
    inference: tf.model({ inputs: x, outputs: output(features) }),
  };
}

testOnBackends(
  "feature smoothing: in model.fit; saved and loaded with its statistics",
  async () => {
    const smoothing = new FeatureSmoothing({
      bins: 6,
      start: -1,
      kernel: "laplace",
      startSmooth: 2,
    });
    const { training, inference } = withLabels(smoothing);
    const { x, y, dispose } = problem();
    const optimizer = tf.train.sgd(0.001);
    training.compile({ optimizer, loss: "meanSquaredError" });
    const { history } = await training.fit([x, y], y, {
      epochs: 5,
      batchSize: 20,
      verbose: 0,
      callbacks: { onEpochEnd: () => Promise.resolve(smoothing.endEpoch()) },
    });
    assert((history.loss!.at(-1) as number) < (history.loss![0] as number));
    const epoch = await smoothing.getWeights()[5]!.data();
    assertEquals(epoch[0], 5);

    let artifacts: tf.io.ModelArtifacts | undefined;
    await training.save(tf.io.withSaveHandler((saved) => {
      artifacts = JSON.parse(JSON.stringify(saved));
      artifacts!.weightData = saved.weightData!;
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
      });
    }));
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts!));
    const again = loaded.layers.find((layer) => layer instanceof FeatureSmoothing)!;
    assertEquals(again.getConfig(), smoothing.getConfig());
    const all = (layer: tf.layers.Layer) =>
      read(() => layer.getWeights().map((weight) => weight.clone()));
    assertEquals(await all(again), await all(smoothing));
    const step = (model: tf.LayersModel) =>
      read(() => model.apply([x, y], { training: true }) as tf.Tensor);
    const calibrated = await step(training);
    assertEquals(await step(loaded), calibrated);
    const [plain] = await read(() => inference.predict(x) as tf.Tensor);
    assertEquals(await read(() => loaded.predict([x, y]) as tf.Tensor), [plain!]);
    assert(plain!.some((value, i) => value !== calibrated[0]![i]));
    for (const layer of [again as FeatureSmoothing, smoothing]) layer.endEpoch();
    assertEquals(await all(again), await all(smoothing));
    dispose();
    optimizer.dispose();
    for (const model of [training, loaded]) model.dispose();
    // tfjs counts the use of the head in both models, but that of the shared features once.
    inference.layers.at(-1)!.dispose();
  },
  ["webgpu", "cpu"],
);

testOnBackends(
  "feature smoothing: what it refuses",
  () => {
    const make = (config: unknown) => () => new FeatureSmoothing(config as FeatureSmoothingConfig);
    const claim = "Cannot create feature smoothing as ";
    const rules: [unknown, typeof TypeError | typeof RangeError, string][] = [
      [undefined, TypeError, "config must be an object: current value is undefined"],
      [{}, RangeError, "bins must be a positive integer: current value is undefined"],
      [{ bins: 0 }, RangeError, "bins must be a positive integer: current value is 0"],
      [{ bins: 2, start: NaN }, RangeError, "start must be a finite number: current value is NaN"],
      [{ bins: 2, width: 0 }, RangeError, "width must be a finite number > 0: current value is 0"],
      [{ bins: 2, size: 4 }, RangeError, "size must be an odd integer > 0: current value is 4"],
      [{ bins: 2, sigma: 0 }, RangeError, "sigma must be a number > 0 and at most 1e6: current"],
      [
        { bins: 2, momentum: 1 },
        RangeError,
        "momentum must be a number in [0, 1) or null: current",
      ],
      [{ bins: 2, startSmooth: -1 }, RangeError, "startSmooth must be an epoch >= 0: current"],
      [
        { bins: 2, kernel: "box" },
        RangeError,
        'kernel must be "gaussian", "triangular" or "laplace"',
      ],
      [{ bins: 2, collect: 1 }, TypeError, "collect must be a boolean: current value is 1"],
    ];
    for (const [config, kind, message] of rules) assertThrows(make(config), kind, claim + message);
    const layer = new FeatureSmoothing({ bins: 2, name: "fds" });
    assertThrows(() => layer.endEpoch(), Error, "Cannot end the epoch as the layer must have been");
    assertThrows(
      () => layer.apply(tf.input({ shape: [4, 4] })),
      TypeError,
      "features must have shape [N, D], flatten them: current value is [,4,4]",
    );
    const [x, y] = [tf.zeros([3, 2]), tf.zeros([3, 2])];
    const labels = "labels must be a tensor of shape [3] or [3, 1] in training: current value is ";
    const call = (inputs: tf.Tensor[]) => () => runStep(layer, inputs);
    assertThrows(call([x]), TypeError, `${labels}undefined`);
    assertThrows(call([x, y]), TypeError, `${labels}of shape [3,2]`);
    assertThrows(() => layer.update(y.slice(0, 2), x), TypeError, "shape [2] or [2, 1]");
    tf.dispose([x, y]);
    layer.dispose();
  },
  ["cpu"],
  { leaky: "a slice that is refused" },
);
