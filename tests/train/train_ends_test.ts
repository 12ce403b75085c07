/** How runs end: patience, signals, disposals, errors; and what their model is then. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  adam,
  balancedMeanAbsoluteError,
  type Batch,
  bmcLoss,
  cosine,
  LabelNoise,
  mseLoss,
  type Schedule,
  type Tensor,
  train,
  type TrainOptions,
} from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { inCheckpointFolder } from "../support/checkpoint_folder.ts";
import { lineData, lineProblem, mse, trainLine } from "../support/line.ts";

/** A validation whose value in each epoch is told beforehand. */
function told(
  values: readonly number[],
  data: Batch,
  more: Partial<TrainOptions["validation"]> = {},
) {
  let epoch = 0;
  return { data, metrics: { told: () => values[epoch++]! }, ...more } as const;
}

testOnBackends("ends: patience counts from the best epoch, whose weights are kept", async () => {
  const points = lineData();
  const slopes: number[] = [];
  const { data, model, weights, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.01);
  const onEpochDone = async () => void slopes.push((await weights())[0]);
  const run = (options: Partial<TrainOptions>) => {
    slopes.length = 0;
    return train({
      model,
      loss: mse,
      data,
      epochs: 20,
      optimizer,
      callbacks: { onEpochDone },
      ...options,
    });
  };
  const values = [5, 3, 4, 2, 2, 9, 9, 9, 9];
  const early = await run({ patience: 3, validation: told(values, points) });
  assertEquals([early.stopped, early.bestEpoch, early.history.length], ["patience", 3, 7]);
  assertEquals((await weights())[0], slopes[3]);
  const last = await run({ patience: 3, restoreBest: false, validation: told(values, points) });
  assertEquals([last.stopped, (await weights())[0]], ["patience", slopes[6]]);
  const max = await run({ patience: 2, validation: told(values, points, { mode: "max" }) });
  assertEquals([max.stopped, max.bestEpoch, max.history.length], ["patience", 0, 3]);
  assertEquals((await weights())[0], slopes[0]);
  // At the very end nothing is early.
  const whole = await run({ patience: 3, epochs: 7, validation: told(values, points) });
  assertEquals([whole.stopped, whole.history.length], [undefined, 7]);
  // Without validation by the training loss, which stops falling at a rate of 0.
  const schedule: Schedule = (epoch) => epoch < 2 ? 1 : 0;
  const still = await run({ patience: 2, schedule, shuffle: false });
  assertEquals([still.stopped, still.history.length, still.bestEpoch], ["patience", 5, 2]);
  tf.dispose([points.x, points.y]);
  dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("ends: the last weights stay unless the best are asked for", async () => {
  const points = lineData();
  const { data, model, weights, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.01);
  const slopes: number[] = [];
  const onEpochDone = async () => void slopes.push((await weights())[0]);
  const options = { model, loss: mse, data, epochs: 4, optimizer, callbacks: { onEpochDone } };
  await train({ ...options, validation: told([3, 1, 2, 4], points) });
  assertEquals((await weights())[0], slopes[3]);
  await train({ ...options, validation: told([3, 1, 2, 4], points), restoreBest: true });
  assertEquals((await weights())[0], slopes[5]);
  tf.dispose([points.x, points.y]);
  dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("ends: sound losses read beside one that is not vouch for no weights", async () => {
  const { data, model, weights, dispose } = lineProblem();
  const optimizer = tf.train.sgd(0.01);
  let steps = 0;
  const loss = (pred: Tensor, target: Tensor) => tf.mul(mse(pred, target), steps++ < 3 ? 1 : NaN);
  const told: number[] = [];
  await assertRejects(
    () =>
      train({
        model,
        loss,
        data,
        epochs: 4,
        batchSize: 64,
        optimizer,
        callbacks: { onEpochEnd: ({ epoch }) => void told.push(epoch) },
      }),
    Error,
    "the loss became NaN in epoch 3",
  );
  assertEquals(told, [0, 1, 2]);
  assert((await weights()).every(Number.isFinite));
  dispose();
  optimizer.dispose();
}, ["cpu"]);

testOnBackends(
  "ends: a run that patience ended is resumed as ended, or goes on with more",
  async () => {
    await inCheckpointFolder(async (dir) => {
      const points = lineData();
      const run = async (patience: number, resume: boolean) => {
        let trained = 0;
        const slope = tf.tidy(() => tf.variable(tf.scalar(0)));
        const optimizer = tf.train.sgd(0.01);
        const result = await train({
          model: { predict: (x: Tensor) => tf.mul(x, slope), variables: [slope] },
          loss: mse,
          data: points,
          epochs: 9,
          optimizer,
          patience,
          restoreBest: false,
          validation: { data: points, metrics: { rising: () => ++trained } },
          checkpoint: { dir, every: 4, resume },
        });
        slope.dispose();
        optimizer.dispose();
        return { ...result, trained };
      };
      const first = await run(2, false);
      assertEquals([first.stopped, first.history.length, first.trained], ["patience", 3, 3]);
      const again = await run(2, true);
      assertEquals([again.stopped, again.history.length, again.trained], ["patience", 3, 0]);
      assertEquals(again.history, first.history);
      const more = await run(5, true);
      assertEquals([more.stopped, more.history.length, more.trained], ["patience", 6, 3]);
      tf.dispose([points.x, points.y]);
    });
  },
  ["cpu"],
);

testOnBackends("ends: a generator that never yields is left at the signal", async () => {
  const points = lineData();
  const controller = new AbortController();
  let cleaned = false;
  const data = async function* (epoch: number) {
    try {
      yield points;
      if (epoch === 1) await new Promise(() => setTimeout(() => controller.abort(), 10));
    } finally {
      cleaned = true;
    }
  };
  const { stopped, history } = await trainLine({ data, epochs: 5, signal: controller.signal });
  assertEquals([stopped, history.length, cleaned], ["signal", 1, true]);
  tf.dispose([points.x, points.y]);
});

testOnBackends("ends: the signal between epochs trains no further step", async () => {
  const controller = new AbortController();
  const steps: number[] = [];
  const { stopped, history } = await trainLine({
    epochs: 9,
    batchSize: 64,
    signal: controller.signal,
    callbacks: {
      onStep: (_, epoch) => void steps.push(epoch),
      onEpochDone: (epoch) => epoch === 1 ? controller.abort() : undefined,
    },
  });
  assertEquals([stopped, history.length, steps], ["signal", 2, [0, 1]]);
}, ["cpu"]);

for (const name of ["onStep", "onEpochDone", "onEpochEnd"] as const) {
  testOnBackends(
    `ends: a model disposed in ${name} is told, and the backend serves on`,
    async () => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
      const [x, y] = [tf.ones([40, 1]), tf.ones([40, 1])];
      await assertRejects(
        () =>
          train({
            model,
            loss: mseLoss,
            data: { x, y },
            epochs: 3,
            validation: { data: { x, y }, metrics: { mae: balancedMeanAbsoluteError } },
            callbacks: {
              [name]: () => void (model.getWeights()[0]!.isDisposed || model.dispose()),
            },
          }),
        Error,
        "Cannot train on as the model's and the noise's weights must not be disposed meanwhile: current weight ",
      );
      tf.dispose([x, y]);
      const { weights } = await trainLine({ epochs: 30 });
      assertAlmostEquals(weights[0], 2, 1e-3);
    },
  );
}

testOnBackends(
  "ends: data or a noise disposed in a callback is told",
  async () => {
    const { data, model, dispose } = lineProblem();
    const noise = new LabelNoise({ sigma: 1 });
    const run = (onEpochDone: () => void) =>
      train({
        model,
        loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
        data,
        epochs: 3,
        noise: { model: noise, optimizer: adam() },
        callbacks: { onEpochDone },
      });
    await assertRejects(
      () => run(() => data.y.dispose()),
      TypeError,
      "data.y must not be disposed",
    );
    await assertRejects(() => run(() => {}), TypeError, "data.y must not be disposed");
    const { data: other, dispose: free } = lineProblem();
    await assertRejects(
      () =>
        train({
          model,
          loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
          data: other,
          epochs: 3,
          noise: { model: noise, optimizer: adam() },
          callbacks: { onEpochDone: () => noise.dispose() },
        }),
      Error,
      `current weight ${noise.variables[0]!.name} is`,
    );
    free();
    dispose();
  },
  ["webgpu", "cpu"],
  { leaky: "the noise's optimizers are the test's" },
);

testOnBackends("ends: labels that are missing are called by name", async () => {
  const { data, model, dispose } = lineProblem();
  const y = tf.tidy(() => tf.where(tf.greater(data.x, 1), tf.fill(data.y.shape, NaN), data.y));
  const error = await assertRejects(
    () => train({ model, loss: mseLoss, data: { x: data.x, y }, epochs: 2 }),
    Error,
    "Cannot train on as the loss became NaN in epoch 0",
  );
  assert(
    error.message.endsWith("where labels are missing (NaN), leave their rows out by data.mask"),
  );
  const mask = [...await data.x.data()].map((value) => !(value > 1));
  const { history } = await train({
    model,
    loss: mseLoss,
    data: { x: data.x, y, mask },
    epochs: 2,
  });
  assert(Number.isFinite(history[1]!.loss));
  y.dispose();
  dispose();
});

testOnBackends("ends: without validation a learned noise has no best epoch (a trial)", async () => {
  const y = tf.randomNormal([2048, 1], 5, 1, "float32", 1);
  const x = tf.tidy(() => tf.add(y, tf.randomNormal([2048, 1], 0, 1, "float32", 2)));
  const noise = new LabelNoise({ sigma: 0.1 });
  const kernelInitializer = "zeros" as const;
  const layer = tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer });
  const model = tf.sequential({ layers: [layer] });
  const optimizers = [adam(0.02), adam(0.01)] as const;
  const options = {
    model,
    loss: (pred: Tensor, target: Tensor) => bmcLoss(pred, target, noise.variance()),
    data: { x, y },
    epochs: 60,
    batchSize: 128,
    optimizer: optimizers[0],
    noise: { model: noise, optimizer: optimizers[1] },
    schedule: cosine(),
  };
  await assertRejects(
    () => train({ ...options, restoreBest: true }),
    RangeError,
    "restoreBest must come with validation where a noise is learned",
  );
  const { history, bestEpoch } = await train(options);
  assertEquals([history.length, bestEpoch], [60, -1]);
  const losses = history.map(({ loss }) => loss);
  assert(Math.min(...losses) < losses.at(-1)!, "an early epoch would be taken for the best");
  // With validation there is one, on one scale.
  const validation = { data: { x, y }, metrics: { mae: balancedMeanAbsoluteError } };
  const judged = await train({ ...options, epochs: 2, restoreBest: true, validation });
  assert(judged.bestEpoch >= 0);
  tf.dispose([x, y]);
  for (const owner of [model, noise, ...optimizers]) owner.dispose();
}, ["cpu"]);

testOnBackends(
  "ends: a sound last state survives a loss that is not, under a learned noise",
  async () => {
    const { data, model, weights, dispose } = lineProblem();
    const noise = new LabelNoise({ sigma: 1 });
    const optimizers = [tf.train.sgd(0.1), tf.train.sgd(0.01)] as const;
    let epochs = 0;
    const seen: number[] = [];
    await assertRejects(
      () =>
        train({
          model,
          loss: (pred, target) =>
            tf.mul(bmcLoss(pred, target, noise.variance()), epochs < 6 ? 1 : NaN),
          data,
          epochs: 9,
          schedule: (epoch, _, history = []) => (assertEquals(history.length, epoch), 1), // reads each epoch
          optimizer: optimizers[0],
          noise: { model: noise, optimizer: optimizers[1] },
          callbacks: {
            onEpochDone: async () => {
              epochs++;
              seen.push((await weights())[0]);
            },
          },
        }),
      Error,
      "the loss became NaN in epoch 6",
    );
    assertEquals((await weights())[0], seen[5]);
    dispose();
    for (const owner of [noise, ...optimizers]) owner.dispose();
  },
  ["webgpu", "cpu"],
);

testOnBackends(
  "ends: a resumed run under a schedule of other epochs is refused (a trial)",
  async () => {
    await inCheckpointFolder(async (dir) => {
      const x = tf.randomNormal([128, 2], 0, 1, "float32", 1);
      const y = tf.randomNormal([128, 1], 0, 1, "float32", 2);
      const run = async (folder: string, epochs: number, schedule?: Schedule) => {
        const kernelInitializer = tf.initializers.glorotNormal({ seed: 5 });
        const layer = tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer });
        const model = tf.sequential({ layers: [layer] });
        const optimizer = adam(0.01);
        try {
          const { history } = await train({
            model,
            loss: mseLoss,
            data: { x, y },
            epochs,
            optimizer,
            ...(schedule && { schedule }),
            checkpoint: { dir: `${dir}/${folder}`, resume: true },
          });
          const weights = [...await model.getWeights()[0]!.data()];
          return { rates: history.map(({ learningRate }) => learningRate), weights };
        } finally {
          model.dispose();
          optimizer.dispose();
        }
      };
      Deno.mkdirSync(dir);
      await run("parts", 4, cosine());
      await assertRejects(
        () => run("parts", 8, cosine()),
        RangeError,
        "Cannot resume training as schedule must give the rates that the checkpoint",
      );
      await assertRejects(
        () => run("parts", 3, cosine()),
        RangeError,
        "epochs must be at least the 4 that the checkpoint",
      );
      await run("parts", 4, cosine());
      // Without such a schedule more epochs are the run at once.
      await run("more", 4);
      assertEquals(await run("more", 8), await run("whole", 8));
      tf.dispose([x, y]);
    });
  },
  ["cpu"],
);

testOnBackends(
  "ends: losses that do not fit a model of two outputs are told (a trial)",
  async () => {
    const [x, y] = [tf.randomNormal([2048, 2]), tf.randomNormal([2048, 1])];
    const input = tf.input({ shape: [2] });
    const head = () => tf.layers.dense({ units: 1 }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [head(), head()] });
    const optimizer = tf.train.sgd(0.1);
    const run = (loss: unknown) => () =>
      train({ model, data: { x, y }, epochs: 1, optimizer, loss: loss as TrainOptions["loss"] });
    await assertRejects(
      run(([p, q]: Tensor[], t: Tensor) => [mseLoss(p!, t), mseLoss(q!, t)]),
      TypeError,
      "Cannot train as loss must return a scalar tensor: current value is [a float32 tensor of shape [], " +
        "a float32 tensor of shape []]",
    );
    await assertRejects(
      run((p: Tensor, t: Tensor) => bmcLoss(p, t, 1)),
      TypeError,
      "pred must be a tensor",
    );
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  },
  ["cpu"],
  { leaky: "tfjs never frees what it saved when a loss throws" },
);
