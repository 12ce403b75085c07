/** The trainer: what it learns, keeps, reads, frees and refuses. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  type Batch,
  bmcLoss,
  cosine,
  type EpochRecord,
  LabelNoise,
  train,
  type TrainOptions,
} from "../mod.ts";
import { testOnBackends } from "./support/backends.ts";
import { normals } from "./support/cases.ts";

const mse = (pred: tf.Tensor, target: tf.Tensor) => tf.mean(tf.squaredDifference(pred, target));

/** y = 2 x + 1, and a line to fit to it; `dispose` frees all. */
function lineProblem(rows = 64) {
  const next = normals(3);
  const x = tf.tensor1d(Array.from({ length: rows }, () => next()));
  const y = tf.tidy(() => tf.add(tf.mul(x, 2), 1));
  const [slope, bias] = tf.tidy(() => [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]);
  return {
    data: { x, y } as Batch,
    model: {
      predict: (x: tf.Tensor) => tf.add(tf.mul(x, slope!), bias!),
      variables: [slope!, bias!],
    },
    weights: async () => [(await slope!.data())[0]!, (await bias!.data())[0]!] as const,
    dispose: () => tf.dispose([x, y, slope!, bias!]),
  };
}

/** Runs `train` on a line problem with an optimizer of its own, and frees both. */
async function trainLine(options: Partial<TrainOptions> = {}, rows?: number) {
  const { data, model, weights, dispose } = lineProblem(rows);
  const optimizer = tf.train.sgd(0.1);
  try {
    const result = await train({ model, loss: mse, data, epochs: 30, optimizer, ...options });
    return { ...result, weights: await weights() };
  } finally {
    dispose();
    optimizer.dispose();
  }
}

testOnBackends("train: learns a line, reports every epoch", async () => {
  const seen: number[] = [];
  const { history, weights, bestEpoch, stepsPerSecond, aborted } = await trainLine({
    callbacks: { onEpochEnd: ({ epoch }) => void seen.push(epoch) },
  });
  assertAlmostEquals(weights[0], 2, 1e-3);
  assertAlmostEquals(weights[1], 1, 1e-3);
  assertEquals(history.map(({ epoch }) => epoch), Array.from({ length: 30 }, (_, i) => i));
  assertEquals(seen, history.map(({ epoch }) => epoch));
  assert(history[0]!.loss > 1 && history.at(-1)!.loss < 1e-5);
  assert(bestEpoch === 29 && stepsPerSecond > 0 && !aborted);
});

testOnBackends("train: the loss of an epoch is the mean of its steps'", async () => {
  // A rate of 0 leaves the model as it is: every epoch's loss is that of the data.
  const optimizer = tf.train.sgd(0);
  const { history } = await trainLine({ optimizer, batchSize: 16, epochs: 3 });
  const { data, model, dispose } = lineProblem();
  const expected = tf.tidy(() => mse(model.predict(data.x), data.y));
  const value = (await expected.data())[0]!;
  for (const { loss } of history) assertAlmostEquals(loss, value, 1e-5);
  tf.dispose(expected);
  dispose();
  optimizer.dispose();
});

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

testOnBackends("train: 1,000 steps leave the memory where it was", async (backend) => {
  const gpuBytes = () =>
    backend === "webgpu" ? (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU : 0;
  const { data, model, dispose } = lineProblem();
  const optimizer = tf.train.adam(1e-3);
  const noise = new LabelNoise({ sigma: 1 });
  const noiseOptimizer = tf.train.adam(1e-3);
  const run = async (epochs: number) => {
    await train({
      model,
      loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
      data,
      epochs,
      batchSize: 16,
      optimizer,
      noise: { model: noise, optimizer: noiseOptimizer },
      validation: { data, metrics: { mse }, every: 100 },
    });
    await model.variables[0]!.data();
  };
  await run(1);
  const [tensors, bytes] = [tf.memory().numTensors, gpuBytes()];
  await run(250);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(gpuBytes(), bytes);
  dispose();
  noise.dispose();
  optimizer.dispose();
  noiseOptimizer.dispose();
});

testOnBackends("train: never reads back per step", async () => {
  const backend = tf.backend();
  const read = backend.read;
  let reads = 0;
  backend.read = (dataId) => {
    reads++;
    return read.call(backend, dataId);
  };
  const start = performance.now();
  const { data, model, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.01);
  await train({ model, loss: mse, data, epochs: 50, batchSize: 8, optimizer });
  backend.read = read;
  dispose();
  optimizer.dispose();
  // 400 steps: one read at the end, and at most two a second before.
  const most = 1 + Math.ceil((performance.now() - start) / 500);
  assert(reads >= 1 && reads <= most, `${reads} reads, at most ${most}`);
});

testOnBackends("train: validates every k epochs and restores the best weights", async () => {
  // The rate grows until the model diverges: the best weights lie in between.
  const { history, bestEpoch, weights } = await trainLine({
    epochs: 40,
    schedule: (epoch) => epoch < 20 ? 1 : 13,
    validation: {
      data: lineData(),
      metrics: { mse, mae: (p, t) => tf.mean(tf.abs(tf.sub(p, t))) },
      every: 5,
    },
  });
  assertEquals(
    history.filter(({ metrics }) => metrics).map(({ epoch }) => epoch),
    [4, 9, 14, 19, 24, 29, 34, 39],
  );
  assertEquals(bestEpoch, 19);
  assertAlmostEquals(weights[0], 2, 0.05);
  assert(history.at(-1)!.metrics!.mse! > 1e3 * history[19]!.metrics!.mse!);
  validationData?.forEach((tensor) => tensor.dispose());
}, ["webgpu", "cpu"]);

let validationData: tf.Tensor[] | undefined;
/** The values of y = 2 x + 1 at four points, kept for the caller to free. */
function lineData(): Batch {
  const [x, y] = [tf.tensor1d([-1, 0, 1, 2]), tf.tensor1d([-1, 1, 3, 5])];
  validationData = [x, y];
  return { x, y };
}

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
  "train: a loss that is not finite names its epoch; the best weights survive",
  async () => {
    const { data, model, weights, dispose } = lineProblem();
    const optimizer = tf.train.sgd(0.1);
    let steps = 0;
    const loss = (pred: tf.Tensor, target: tf.Tensor) =>
      tf.mul(mse(pred, target), steps++ === 20 ? NaN : 1);
    await assertRejects(
      () =>
        train({
          model,
          loss,
          data,
          epochs: 30,
          batchSize: 64,
          optimizer,
          validation: { data, metrics: { mse }, every: 10 },
        }),
      Error,
      "Cannot train on as the loss became NaN in epoch 20",
    );
    const [slope] = await weights();
    assert(Math.abs(slope - 2) < 0.1, `slope ${slope}`);
    dispose();
    optimizer.dispose();
  },
);

testOnBackends("train: without a finite loss the initial weights survive", async () => {
  const { data, model, weights, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.1);
  const loss = (pred: tf.Tensor, target: tf.Tensor) => tf.mul(mse(pred, target), NaN);
  await assertRejects(
    () => train({ model, loss, data, epochs: 3, optimizer }),
    Error,
    "in epoch 0",
  );
  assertEquals(await weights(), [0, 0]);
  dispose();
  optimizer.dispose();
});

testOnBackends(
  "train: weights that overflow in the last step are refused, a failing callback is not",
  async () => {
    const { data, model, weights, dispose } = lineProblem();
    const optimizer = tf.train.sgd(0.1);
    const explode = tf.train.sgd(1e38);
    await assertRejects(
      () =>
        train({
          model,
          loss: mse,
          data,
          epochs: 1,
          batchSize: 64,
          optimizer: explode,
          schedule: () => 10,
        }),
      Error,
      "weights became infinite or NaN in epoch 0",
    );
    assertEquals(await weights(), [0, 0]);
    const fail = () => {
      throw new Error("from the callback");
    };
    const run = () =>
      train({ model, loss: mse, data, epochs: 20, optimizer, callbacks: { onEpochEnd: fail } });
    await assertRejects(run, Error, "from the callback");
    const [slope] = await weights();
    assert(slope > 1, `what was learned stays: slope ${slope}`);
    dispose();
    optimizer.dispose();
    explode.dispose();
  },
  ["webgpu", "cpu"],
);

testOnBackends("train: a loss that throws leaves no tensor", async () => {
  const { data, model, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.1);
  const loss = (pred: tf.Tensor): tf.Tensor => {
    tf.square(pred);
    throw new Error("from the loss");
  };
  await assertRejects(
    () => train({ model, loss, data, epochs: 1, optimizer }),
    Error,
    "from the loss",
  );
  dispose();
  optimizer.dispose();
});

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

testOnBackends("train: restores the weights of the least training loss where asked", async () => {
  const { weights, bestEpoch, history } = await trainLine({
    epochs: 12,
    restoreBest: true,
    schedule: (epoch) => epoch < 10 ? 1 : 13,
  });
  const losses = history.map(({ loss }) => loss);
  assertEquals(losses[bestEpoch], Math.min(...losses));
  assert(bestEpoch >= 9 && Math.abs(weights[0] - 2) < 0.2, `slope ${weights[0]}`);
}, ["cpu"]);

testOnBackends("train: a signal ends the run", async () => {
  const controller = new AbortController();
  const { history, aborted } = await trainLine({
    epochs: 1000,
    signal: controller.signal,
    validation: { data: lineData(), metrics: { mse } },
    callbacks: {
      onEpochEnd: ({ epoch }) => {
        if (epoch === 2) controller.abort();
      },
    },
  });
  assert(aborted && history.length === 3);
  validationData?.forEach((tensor) => tensor.dispose());
  const { aborted: before, history: none } = await trainLine({ signal: AbortSignal.abort() });
  assert(before && none.length === 0);
}, ["webgpu", "cpu"]);

testOnBackends("train: a timer is served while it runs", async () => {
  let served = 0;
  const timer = setInterval(() => served++, 10);
  await trainLine({ epochs: 400, batchSize: 4 });
  clearInterval(timer);
  assert(served >= 1, `${served} times`);
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
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [1], activation: "relu" }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.1, seed: 1 }),
      tf.layers.dense({ units: 1 }),
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

testOnBackends(
  "train: wrong options are refused by name and value",
  async () => {
    const { data, model, dispose } = lineProblem();
    const [empty, short] = [tf.zeros([0]), tf.zeros([3])];
    const shared = tf.train.sgd(1);
    const noise = new LabelNoise({ sigma: 1 });
    const rules: [Partial<TrainOptions>, typeof TypeError | typeof RangeError, string][] = [
      [{ epochs: 0 }, RangeError, "epochs must be a positive integer: current value is 0"],
      [{ epochs: 1.5 }, RangeError, "current value is 1.5"],
      [{ batchSize: -1 }, RangeError, "batchSize must be a positive integer: current value is -1"],
      [{ seed: NaN }, RangeError, "seed must be an integer: current value is NaN"],
      [{ model: {} as typeof model }, TypeError, "model must be a tf.LayersModel or { predict"],
      [{ loss: 1 as unknown as typeof mse }, TypeError, "loss must be a function"],
      [
        { loss: (pred) => pred },
        TypeError,
        "loss must return a scalar tensor: current value is of shape [32]",
      ],
      [{ data: {} as Batch }, TypeError, "data must be { x, y } of tensors"],
      [{ data: { x: data.x, y: short } }, TypeError, "current shapes are [64] and [3]"],
      [{ data: { x: empty, y: empty } }, RangeError, "data must not be empty"],
      [{ data: [] }, RangeError, "data yielded no batch"],
      [
        { data: [{ x: data.x, y: short }] },
        TypeError,
        "same number of rows: current shapes are [64] and [3]",
      ],
      [
        { optimizer: shared, noise: { model: noise, optimizer: shared } },
        TypeError,
        "noise must have an optimizer of its own",
      ],
      [{ validation: { data, metrics: {} } }, RangeError, "must be one of the metrics []"],
      [
        { validation: { data, metrics: { mse }, monitor: "mae" } },
        RangeError,
        "must be one of the metrics [mse]: current value is mae",
      ],
      [
        { validation: { data, metrics: { mse }, every: 0 } },
        RangeError,
        "validation.every must be a positive integer: current value is 0",
      ],
      [
        { validation: { data, metrics: { mse }, mode: "less" as "min" } },
        RangeError,
        'validation.mode must be "min" or "max": current value is less',
      ],
      [
        { validation: { data: [], metrics: { mse } } },
        RangeError,
        "Cannot validate as data yielded",
      ],
    ];
    for (const [options, errorClass, message] of rules) {
      const error = await assertRejects(
        () => train({ model, loss: mse, data, epochs: 1, ...options }),
        errorClass,
        message,
      );
      assert(/^Cannot (train|validate) as /.test(error.message), error.message);
    }
    tf.dispose([empty, short]);
    dispose();
  },
  ["webgpu", "cpu"],
  { leaky: "tfjs never frees what it saved when a loss throws" },
);
