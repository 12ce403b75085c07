/** How runs of several ranks end: all at the same step, with the same error, with one log. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  adamW,
  type Group,
  type Layer,
  localGroups,
  mseLoss,
  type Tensor,
  train,
  type TrainOptions,
} from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import { inFolder } from "../../support/in_folder.ts";
import { numbersOf, onRanks, rankProblem, trainAll } from "../../support/ranks.ts";

const { inputs, labels } = rankProblem(20);

/** Trains a line, and gives the number of the steps that each rank has begun, and its weights. */
async function line(group: Group | undefined, options: Partial<TrainOptions> = {}) {
  const [x, y] = [tf.tensor2d(inputs), tf.tensor2d(labels)];
  const slope = tf.tidy(() => tf.variable(tf.ones([3, 1])));
  const optimizer = tf.train.sgd(0.05);
  let steps = 0;
  try {
    const result = await train({
      model: { predict: (x: Tensor) => tf.matMul(x as tf.Tensor2D, slope), variables: [slope] },
      loss: (pred, target, batch) => (steps++, mseLoss(pred, target, batch)),
      data: { x, y },
      epochs: 4,
      batchSize: 8,
      optimizer,
      ...options,
      ...(group && { group: options.group ?? group }),
    });
    return { steps, weights: await numbersOf([slope]), ...result };
  } finally {
    tf.dispose([x, y, slope]);
    optimizer.dispose();
  }
}

testOnBackends("ranks: the signal of one ends all at the same step", async () => {
  for (const late of [3, 4]) { // amid an epoch, and at the end of one
    const all = await onRanks(3, (group) => {
      const controller = new AbortController();
      let count = 0;
      const onStep = () => {
        if (group!.rank === 1 && ++count === late) controller.abort();
      };
      return line(group, { signal: controller.signal, callbacks: { onStep } });
    });
    for (const { steps, stopped, weights } of all) {
      assertEquals([steps, stopped], [late + (late % 3 ? 1 : 0), "signal"]);
      assertEquals(weights, all[0]!.weights);
    }
  }
}, ["webgpu", "cpu"]);

testOnBackends(
  "ranks: patience ends all after the same epoch",
  async () => {
    const all = await onRanks(
      2,
      (group) => trainAll(group, { epochs: 9, patience: 1, optimizer: tf.train.sgd(0) }),
    );
    for (const { stopped, history } of all) {
      assertEquals([stopped, history.length], ["patience", 2]);
    }
  },
  ["cpu"],
  { leaky: "the optimizers of one more" },
);

testOnBackends("ranks: a loss that is NaN on one ends all in the same epoch", async () => {
  await onRanks(2, async (group) => {
    let steps = 0;
    const loss = (pred: Tensor, target: Tensor) =>
      tf.mul(mseLoss(pred, target), steps++ === 4 && group!.rank === 1 ? NaN : 1);
    await assertRejects(
      () => line(group, { loss }),
      Error,
      "Cannot train on as the loss became NaN in epoch 1",
    );
    assertEquals(steps, 6); // at its end: nobody goes on to the next
  });
}, ["webgpu", "cpu"]);

testOnBackends(
  "ranks: weights that differ are told on all, with the rank",
  async () => {
    await onRanks(3, async (group) => {
      const slope = tf.tidy(() => tf.variable(tf.ones([3, 1])));
      const model = {
        predict: (x: Tensor) => tf.matMul(x as tf.Tensor2D, slope),
        variables: [slope],
      };
      const onEpochDone = (epoch: number) => {
        if (group!.rank === 2 && epoch === 1) slope.assign(tf.tidy(() => tf.add(slope, 1e-7)));
      };
      await assertRejects(
        () => line(group, { model: model as never, callbacks: { onEpochDone } }),
        Error,
        "Cannot train on as the weights of rank 2 must be those of rank 0, bit by bit",
      );
      slope.dispose();
    });
  },
  ["cpu"],
  { leaky: "what a weight was assigned" },
);

testOnBackends("ranks: settings that differ are told on all, with both values", async () => {
  const cases: [Partial<TrainOptions>, string][] = [
    [
      { batchSize: 4 },
      "batchSize must be the same on all ranks: current values are 8 on rank 0 and 4 on rank 1",
    ],
    [{ epochs: 3 }, "epochs must be the same on all ranks: current values are 4 on rank 0 and 3"],
    [
      { clipNorm: 1 },
      "clipNorm must be the same on all ranks: current values are none on rank 0 and 1",
    ],
    [
      { data: { x: tf.ones([20, 3]), y: tf.ones([20, 1]) } },
      "data.y must be the same on all ranks",
    ],
  ];
  for (const [options, message] of cases) {
    await onRanks(2, async (group) => {
      const own = group!.rank === 1 ? options : {};
      await assertRejects(() => line(group, own), RangeError, `Cannot train as ${message}`);
    });
  }
  await onRanks(2, async (group) => {
    const slope = tf.tidy(() => tf.variable(tf.ones([group!.rank + 3, 1])));
    const model = { predict: (x: Tensor) => x, variables: [slope] };
    await assertRejects(
      () => line(group, { model: model as never }),
      TypeError,
      "Cannot train as weight 0 must be the same on all ranks: current values are " +
        "float32 [3,1] on rank 0 and float32 [4,1] on rank 1",
    );
    slope.dispose();
  });
  tf.dispose(Object.values(cases[3]![0].data!));
}, ["cpu"]);

testOnBackends("ranks: what is refused before any work", async () => {
  const [group] = localGroups(4) as [Group];
  const rejects = (options: Partial<TrainOptions>, Kind: typeof TypeError, message: string) =>
    assertRejects(() => line(undefined, options), Kind, `Cannot train as ${message}`);
  await rejects(
    { group, batchSize: 3 },
    RangeError,
    "batchSize, of all ranks together, must be at least their number, 4: current value is 3",
  );
  const every = 0;
  await rejects({ group: { ranks: group, every } }, RangeError, "group.every must be an integer");
  await rejects({ group: { ...group, rank: 4 } }, RangeError, "group.rank must be an integer");
  await rejects({ group: {} as never }, TypeError, "group.allReduceSum must be a function");
  const layers = () =>
    [
      tf.layers.dense({ units: 2, inputShape: [3], name: "first" }),
      tf.layers.batchNormalization({ name: "norm" }),
      tf.layers.dense({ units: 1, name: "head" }),
    ] as Layer[];
  const model = tf.sequential({ layers: layers() as tf.layers.Layer[] });
  await rejects({ group, model }, TypeError, "model must be without batch normalization of tfjs");
  const all = await onRanks(2, (group) => line(group, { model, trainable: "head" }));
  assertEquals(all[0]!.history, all[1]!.history); // frozen, it is as at inference
  model.dispose();
}, ["cpu"]);

testOnBackends("ranks: a variable that no rank has a gradient of is passed over", async () => {
  const run = async (group: Group | undefined) => {
    const [idle, rare] = tf.tidy(() => [tf.variable(tf.scalar(7)), tf.variable(tf.scalar(1))]);
    const slope = tf.tidy(() => tf.variable(tf.ones([3, 1])));
    const model = {
      predict: (x: Tensor) => tf.matMul(x as tf.Tensor2D, slope),
      variables: [idle!, slope, rare!],
    };
    const optimizer = adamW(0.05, 0.1); // what has a gradient, be it 0, decays
    // Of rare only the first rank has a gradient.
    const loss = (pred: Tensor, target: Tensor) => {
      const own = mseLoss(pred, target);
      return group && group.rank > 0 ? own : tf.add(own, tf.mul(0.5, tf.square(rare!)));
    };
    await line(group, { model: model as never, loss, optimizer });
    const numbers = await numbersOf(model.variables);
    for (const owner of [idle, rare, slope, optimizer]) owner!.dispose();
    return numbers;
  };
  const all = await onRanks(2, run);
  assertEquals(all[0], all[1]);
  assertEquals(all[0]![0], 7);
  assert(all[0]![4]! < 1);
}, ["cpu"]);

testOnBackends("ranks: a step reads back once", async () => {
  const backend = tf.backend();
  const read = backend.read;
  let reads = 0;
  const counts: number[] = [];
  const onStep = () => void counts.push(reads);
  backend.read = (dataId) => (reads++, read.call(backend, dataId));
  try {
    const [one, other] = localGroups(2) as [Group, Group];
    await Promise.all([line(one, { callbacks: { onStep } }), line(other)]);
  } finally {
    backend.read = read;
  }
  assertEquals([counts[1]! - counts[0]!, counts[2]! - counts[1]!], [2, 2]); // of two ranks
}, ["webgpu", "cpu"]);

testOnBackends("ranks: the first writes the log, all are called back", async () => {
  await inFolder(async (dir) => {
    const log = `${dir}/run.csv`;
    let calls = 0;
    await onRanks(
      3,
      (group) => line(group, { log, callbacks: { onEpochEnd: () => void calls++ } }),
    );
    assertEquals((await Deno.readTextFile(log)).trim().split("\r\n").length, 1 + 4);
    assertEquals(calls, 3 * 4);
  });
}, ["cpu"]);
