/** Checkpoints: every optimizer, and every way to give data, goes on with the same bits. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { adam, adamW, momentum, train, type TrainOptions } from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import {
  checkpointName,
  checkpoints,
  inCheckpointFolder,
} from "../../support/checkpoint_folder.ts";
import { lineData, lineProblem, mse } from "../../support/line.ts";

/** Two runs of a line: unstopped, and stopped and resumed. */
async function lineTwice(make: () => tf.Optimizer, options: Partial<TrainOptions> = {}) {
  const run = async (more: Partial<TrainOptions> = {}) => {
    const { data, model, weights, dispose } = lineProblem();
    const optimizer = make();
    const all = {
      model,
      loss: mse,
      data,
      epochs: 6,
      batchSize: 16,
      optimizer,
      ...options,
      ...more,
    };
    const { history } = await train(all);
    const values = await weights();
    dispose();
    optimizer.dispose();
    return { history, values };
  };
  const whole = await run();
  await inCheckpointFolder(async (dir) => {
    const controller = new AbortController();
    const onEpochDone = (epoch: number) => epoch === 3 ? controller.abort() : undefined;
    await run({ checkpoint: { dir }, signal: controller.signal, callbacks: { onEpochDone } });
    assertEquals(checkpoints(dir), [checkpointName(3), checkpointName(4)]);
    assertEquals(await run({ checkpoint: { dir, resume: true } }), whole);
  });
}

testOnBackends(
  "checkpoints: every optimizer of tfjs that tells its weights",
  async () => {
    const makers = [
      () => tf.train.sgd(0.1),
      () => tf.train.momentum(0.05, 0.9, true),
      () => tf.train.adagrad(0.3),
      () => tf.train.adam(0.1),
      () => tf.train.rmsprop(0.02, 0.9, 0.5, undefined, true),
      () => tf.train.adadelta(0.5, 0.9),
    ];
    for (const make of makers) await lineTwice(make);
  },
  ["cpu", "webgpu"],
  { leaky: "momentum does not dispose the rate that it keeps as a tensor" },
);

const FUSED = {
  momentum: () => momentum(0.05, 0.9),
  "momentum, Nesterov": () => momentum(0.05, 0.9, true),
  adam: () => adam(0.1),
  "adam, L2": () => adam(0.1, 0.9, 0.999, 1e-7, 0.05),
  adamW: () => adamW(0.1, 0.05),
};
for (const [name, make] of Object.entries(FUSED)) {
  testOnBackends(`checkpoints: the fused ${name}`, () => lineTwice(make), ["cpu", "webgpu"]);
}

testOnBackends(
  "checkpoints: the default optimizer; order, part and batches are as they were",
  async () => {
    const make = FUSED.adam;
    await lineTwice(make, { shuffle: false });
    await lineTwice(make, { seed: -3, batchSize: 5 });
    await lineTwice(make, { restoreBest: true });
    const { x, y } = lineData();
    // Batches that depend on the epoch, which the function is told.
    await lineTwice(make, {
      data: function* (epoch) {
        const scaled = { x: tf.mul(x, epoch + 1), y: tf.mul(y, epoch + 1) };
        try {
          yield scaled;
        } finally {
          tf.dispose([scaled.x, scaled.y]);
        }
      },
    });
    tf.dispose([x, y]);
  },
  ["cpu"],
);

testOnBackends(
  "checkpoints: an optimizer that has been used is brought back without a leak",
  async () => {
    for (const optimizer of [tf.train.adam(0.1), ...Object.values(FUSED).map((make) => make())]) {
      await inCheckpointFolder(async (dir) => {
        const { data, model, weights, dispose } = lineProblem();
        const options = { model, loss: mse, data, optimizer, batchSize: 16 };
        await train({ ...options, epochs: 3, checkpoint: { dir } });
        const before = await weights();
        await train({ ...options, epochs: 2 });
        const tensors = tf.memory().numTensors;
        // Nothing is left to do: the model is what it was after the third epoch.
        const done = await train({ ...options, epochs: 3, checkpoint: { dir, resume: true } });
        assertEquals(await weights(), before);
        assertEquals(done.history.length, 3);
        assertEquals(tf.memory().numTensors, tensors);
        // More epochs may follow.
        const more = await train({ ...options, epochs: 5, checkpoint: { dir, resume: true } });
        assertEquals(more.history.map(({ epoch }) => epoch), [0, 1, 2, 3, 4]);
        assertEquals(more.history.slice(0, 3), done.history);
        dispose();
        optimizer.dispose();
      });
    }
  },
  ["cpu", "webgpu"],
);
