/** The trainer: its data, models, optimizers and seeds. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { bmcLoss, cosine, type EpochRecord, LabelNoise, train } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { lineProblem, mse, trainLine } from "../support/line.ts";

testOnBackends("train: the same seed gives the same bits, another seed another run", async () => {
  const losses = async (seed: number) =>
    (await trainLine({ seed, batchSize: 7, epochs: 5 })).history.map(({ loss }) => loss);
  const first = await losses(1);
  assertEquals(await losses(1), first);
  assert((await losses(2)).some((loss, i) => loss !== first[i]));
}, ["webgpu", "cpu"]);

testOnBackends("train: every row is used once an epoch, whatever the batch size", async () => {
  for (const [rows, batchSize] of [[10, 3], [10, 10], [10, 64], [1, 1]] as const) {
    const x = tf.range(0, rows);
    const seen: number[] = [];
    const model = { predict: (t: tf.Tensor) => t, variables: [] as tf.Variable[] };
    const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
    model.variables.push(weight);
    const batches: tf.Tensor[] = [];
    await train({
      model: {
        predict: (t: tf.Tensor) => {
          batches.push(tf.keep(t.clone()));
          return tf.mul(t, weight);
        },
        variables: [weight],
      },
      loss: mse,
      data: { x, y: x },
      epochs: 2,
      batchSize,
    });
    for (const batch of batches) seen.push(...await batch.data());
    assertEquals(batches.length, 2 * Math.ceil(rows / batchSize));
    const expected = Array.from({ length: 2 * rows }, (_, i) => i >> 1);
    assertEquals(seen.sort((a, b) => a - b), expected);
    tf.dispose([x, weight, ...batches]);
  }
}, ["webgpu", "cpu"]);

testOnBackends(
  "train: a metric's mean weighs batches by their rows; mode max keeps the greatest",
  async () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6, 7]);
    const { history, bestEpoch } = await trainLine({
      epochs: 4,
      validation: {
        data: { x, y: x },
        metrics: { label: (_, target) => tf.mean(target) },
        mode: "max",
        batchSize: 3,
      },
    });
    for (const { metrics } of history) assertAlmostEquals(metrics!.label!, 4, 1e-5);
    assertEquals(bestEpoch, 0);
    x.dispose();
  },
);

testOnBackends(
  "train: an optimizer's moments stay with their variables",
  async () => {
    // The first variable has no influence on the loss in every other step.
    const [idle, slope] = tf.tidy(() => [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(0))]);
    const { data, dispose } = lineProblem();
    const optimizer = tf.train.momentum(0.01, 0.9);
    let step = 0;
    await train({
      model: {
        predict: (x: tf.Tensor) =>
          step++ % 2 === 0 ? tf.mul(x, slope!) : tf.add(tf.mul(x, slope!), tf.mul(idle!, 0)),
        variables: [idle!, slope!],
      },
      loss: mse,
      data,
      epochs: 10,
      batchSize: 64,
      optimizer,
    });
    assertEquals((await idle!.data())[0], 1);
    assert((await slope!.data())[0]! > 0.5);
    tf.dispose([idle!, slope!]);
    dispose();
    optimizer.dispose();
  },
  ["cpu"],
  { leaky: "momentum does not dispose the rate that it keeps as a tensor" },
);

testOnBackends("train: regularizers of a layers model are part of the loss", async () => {
  const kernelRegularizer = tf.regularizers.l2({ l2: 0.5 });
  const kernelInitializer = tf.initializers.constant({ value: 2 });
  const layer = tf.layers.dense({
    units: 1,
    inputShape: [3],
    useBias: false,
    kernelInitializer,
    kernelRegularizer,
  });
  const model = tf.sequential({ layers: [layer] });
  const [x, y] = [tf.zeros([4, 3]), tf.zeros([4, 1])];
  const optimizer = tf.train.sgd(0);
  const { history } = await train({ model, loss: mse, data: { x, y }, epochs: 1, optimizer });
  assertAlmostEquals(history[0]!.loss, 0.5 * 3 * 4, 1e-5);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
}, ["cpu"]);

testOnBackends("train: batches come from arrays, generators and async generators", async () => {
  const batches = [0, 1].map((i) => ({ x: tf.tensor1d([i, i + 2]), y: tf.tensor1d([i, i + 2]) }));
  async function* later() {
    for (const batch of batches) yield await Promise.resolve(batch);
  }
  function* now() {
    yield* batches;
  }
  for (const data of [batches, now, later]) {
    const { history } = await trainLine({ data, epochs: 3 });
    assert(history.length === 3 && history[2]!.loss < history[0]!.loss);
  }
  await assertRejects(
    () => trainLine({ data: now(), epochs: 3 }),
    RangeError,
    "data yielded no batch, pass a function if it is a generator: current epoch is 1",
  );
  batches.forEach(({ x, y }) => tf.dispose([x, y]));
});

testOnBackends("train: a noise has its own rate and the same schedule", async () => {
  const noise = new LabelNoise({ sigma: 1.5 });
  const optimizer = tf.train.sgd(0);
  const noiseOptimizer = tf.train.sgd(0.05);
  const { weights, history } = await trainLine({
    loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
    optimizer,
    noise: { model: noise, optimizer: noiseOptimizer },
    schedule: cosine(),
    epochs: 20,
  });
  assertEquals(weights, [0, 0]);
  assertEquals(history[5]!.learningRate, 0);
  const sigma = await noise.sigma();
  assert(sigma > 0 && sigma !== 1.5, `sigma ${sigma}`);
  const rate = (noiseOptimizer as unknown as { learningRate: number }).learningRate;
  assertEquals(rate, 0.05, "the base rate is given back");
  noise.dispose();
  optimizer.dispose();
  noiseOptimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends(
  "train: schedules reach every optimizer of tfjs",
  async () => {
    const optimizers = [
      tf.train.sgd(0.1),
      tf.train.momentum(0.1, 0.9),
      tf.train.adam(0.1),
      tf.train.adamax(0.1),
      tf.train.adagrad(0.1),
      tf.train.rmsprop(0.1),
    ];
    for (const optimizer of optimizers) {
      // After two epochs at rate 0 the model must still be what it was.
      const { weights, history } = await trainLine({ optimizer, epochs: 2, schedule: () => 0 });
      assertEquals(weights, [0, 0], optimizer.getClassName());
      assertEquals(history.map(({ learningRate }) => learningRate), [0, 0]);
      const { weights: moved } = await trainLine({ optimizer, epochs: 2 });
      assert(moved[0] > 0, optimizer.getClassName());
      optimizer.dispose();
    }
  },
  ["cpu"],
  { leaky: "momentum does not dispose the rate that it keeps as a tensor" },
);

testOnBackends("train: a layers model, with its running statistics and dropout", async () => {
  const seeded = tf.initializers.glorotNormal({ seed: 8 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [1], activation: "relu", kernelInitializer: seeded }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.1, seed: 1 }),
      tf.layers.dense({ units: 1, kernelInitializer: seeded }),
    ],
  });
  const { data, dispose } = lineProblem();
  const column = tf.tidy(() => ({ x: data.x.expandDims(1), y: data.y.expandDims(1) }));
  const records: EpochRecord[] = [];
  const { bestEpoch } = await train({
    model,
    loss: mse,
    data: column,
    epochs: 40,
    validation: { data: column, metrics: { mse }, every: 4 },
    callbacks: { onEpochEnd: (record) => void records.push(record) },
  });
  const [best] = records.filter(({ epoch }) => epoch === bestEpoch);
  const error = tf.tidy(() => mse(model.predict(column.x) as tf.Tensor, column.y));
  assertAlmostEquals((await error.data())[0]!, best!.metrics!.mse!, 1e-5);
  assert(records.at(-1)!.loss < records[0]!.loss);
  tf.dispose([error, column.x, column.y]);
  dispose();
  model.dispose();
}, ["webgpu", "cpu"]);
