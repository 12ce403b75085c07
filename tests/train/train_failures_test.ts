/** The trainer: what it reads and frees, how it ends early, what it refuses. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Batch, LabelNoise, train, type TrainOptions } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { leavesMemory } from "../support/leaves_memory.ts";
import { lineData, lineProblem, mse, trainLine } from "../support/line.ts";

testOnBackends(
  "train: 40 steps leave the memory where it was",
  (backend) => leavesMemory(backend, 10),
);

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

testOnBackends("train: a signal ends the run", async () => {
  const points = lineData();
  const controller = new AbortController();
  const { history, stopped } = await trainLine({
    epochs: 1000,
    signal: controller.signal,
    validation: { data: points, metrics: { mse } },
    callbacks: {
      onEpochEnd: ({ epoch }) => {
        if (epoch === 2) controller.abort();
      },
    },
  });
  assertEquals([stopped, history.length], ["signal", 3]);
  tf.dispose([points.x, points.y]);
  const { stopped: before, history: none } = await trainLine({ signal: AbortSignal.abort() });
  assertEquals([before, none.length], ["signal", 0]);
}, ["webgpu", "cpu"]);

testOnBackends("train: a timer is served while it runs", async () => {
  let served = 0;
  const timer = setInterval(() => served++, 10);
  await trainLine({ epochs: 400, batchSize: 4 });
  clearInterval(timer);
  assert(served >= 1, `${served} times`);
}, ["cpu"]);

testOnBackends(
  "train: wrong options are refused by name and value",
  async () => {
    const { data, model, dispose } = lineProblem();
    const [empty, short] = [tf.zeros([0]), tf.zeros([3])];
    const shared = tf.train.sgd(1);
    const noise = new LabelNoise({ sigma: 1 });
    const rules: [Partial<TrainOptions>, typeof TypeError | typeof RangeError, string][] = [
      [{ epochs: 0 }, RangeError, "epochs must be an integer >= 1: current value is 0"],
      [{ epochs: 1.5 }, RangeError, "current value is 1.5"],
      [{ batchSize: -1 }, RangeError, "batchSize must be an integer >= 1: current value is -1"],
      [
        { seed: NaN },
        RangeError,
        "seed must be an integer: current value is NaN",
      ],
      [{ model: {} as typeof model }, TypeError, "model must be a tf.LayersModel or { predict"],
      [{ loss: 1 as unknown as typeof mse }, TypeError, "loss must be a function"],
      [
        { loss: (pred) => pred },
        TypeError,
        "loss must return a scalar tensor: current value is a float32 tensor of shape [32]",
      ],
      [
        { data: {} as Batch },
        TypeError,
        "data must be { x, y, weights?, mask? } of tensors: current value is {}",
      ],
      [{ data: { x: data.x, y: short } }, TypeError, "current shapes are x [64] and y [3]"],
      [{ data: { x: empty, y: empty } }, RangeError, "data must not be empty"],
      [{ data: [] }, RangeError, "data yielded no batch"],
      [
        { data: [{ x: data.x, y: short }] },
        TypeError,
        "same number of rows: current shapes are x [64] and y [3]",
      ],
      [
        { optimizer: shared, noise: { model: noise, optimizer: shared } },
        TypeError,
        "noise must have an optimizer of its own",
      ],
      [
        { validation: { data, metrics: { mse }, monitor: "mae" } },
        RangeError,
        'must be one of the metrics [mse]: current value is "mae"',
      ],
      [
        { validation: { data, metrics: { mse }, every: 0 } },
        RangeError,
        "validation.every must be an integer >= 1: current value is 0",
      ],
      [
        { validation: { data, metrics: { mse }, mode: "less" as "min" } },
        RangeError,
        'validation.mode must be "min" or "max": current value is "less"',
      ],
      [
        { validation: { data: [], metrics: { mse } } },
        RangeError,
        "Cannot validate as validation.data must have rows that count: current number is 0",
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
