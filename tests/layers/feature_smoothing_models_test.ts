/** Feature smoothing in models: in train, in model.fit, saved and loaded. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { FeatureSmoothing, train } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { mse } from "../support/line.ts";
import { ReferenceSmoothing } from "../support/reference_smoothing.ts";
import { assertClose, NAMES } from "../support/smoothing_steps.ts";

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
