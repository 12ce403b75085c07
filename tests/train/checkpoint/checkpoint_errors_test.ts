/** Checkpoints: which runs, options, folders and optimizers are refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  adam,
  type CheckpointOptions,
  LabelNoise,
  train,
  type TrainOptions,
} from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import { inCheckpointFolder } from "../../support/checkpoint_folder.ts";
import { lineProblem, mse } from "../../support/line.ts";

testOnBackends(
  "checkpoints: another run than the one saved is refused by what differs",
  async () => {
    await inCheckpointFolder(async (dir) => {
      const { data, model, weights, dispose } = lineProblem();
      const [optimizer, other] = [tf.train.adam(0.1), tf.train.adam(0.2)];
      const fused = adam(0.1);
      assertEquals(
        [fused.getClassName(), fused.getConfig()],
        [optimizer.getClassName(), optimizer.getConfig()],
      );
      const [short, wide] = [tf.zeros([3]), tf.tidy(() => tf.variable(tf.zeros([2])))];
      const noise = new LabelNoise({ sigma: 1 });
      const noiseOptimizer = tf.train.adam(0.1);
      const base = { model, loss: mse, data, epochs: 2, batchSize: 16, optimizer };
      await train({ ...base, checkpoint: { dir } });
      const before = await weights();
      const rules: [Partial<TrainOptions>, typeof TypeError | typeof RangeError, string][] = [
        [{ batchSize: 8 }, RangeError, "batchSize must be that of the checkpoint"],
        [{ batchSize: 8 }, RangeError, "safetensors, 16: current value is 8"],
        [{ seed: 1 }, RangeError, "seed must be that of the checkpoint"],
        [{ shuffle: false }, RangeError, "0: current value is none, not shuffled"],
        [{ optimizer: other }, RangeError, '"learningRate":0.1'],
        [{ optimizer: fused }, RangeError, "tf.train's Adam"],
        [{ optimizer: fused }, RangeError, "current value is @balanced/mse's Adam"],
        [{ epochs: 1 }, RangeError, "epochs must be at least the 2 that the checkpoint"],
        [{ data: { x: short, y: short } }, TypeError, "data must be that of the checkpoint"],
        [{ data: () => [data] }, TypeError, "current value is batches"],
        [{ restoreBest: true }, RangeError, "restoreBest must be that of the checkpoint"],
        [{ validation: { data, metrics: { mse } } }, RangeError, "validation must be that of"],
        [
          { noise: { model: noise, optimizer: noiseOptimizer } },
          RangeError,
          "noise must be that of the checkpoint",
        ],
        [
          { trainable: [model.variables[1]!] },
          RangeError,
          "weights 0,1: current value is weights 1",
        ],
        [
          { model: { predict: model.predict, variables: [wide, model.variables[1]!] } },
          TypeError,
          "float32 []: current value is float32 [2]",
        ],
      ];
      for (const [options, Kind, message] of rules) {
        const run = () => train({ ...base, ...options, checkpoint: { dir, resume: true } });
        const error = await assertRejects(run, Kind, message);
        assert(error.message.startsWith("Cannot resume training as "), error.message);
      }
      assertEquals(await weights(), before, "the model is left as it was");
      await assertRejects(
        () => train({ ...base, checkpoint: { dir } }),
        RangeError,
        `must be without checkpoints where checkpoint.resume is false: current value is ${dir}, with 2`,
      );
      dispose();
      tf.dispose([short, wide]);
      noise.dispose();
      [optimizer, other, fused, noiseOptimizer].forEach((o) => o.dispose());
    });
  },
  ["cpu"],
);

testOnBackends("checkpoints: wrong options, folders and optimizers are refused", async () => {
  await inCheckpointFolder(async (dir) => {
    const { data, model, dispose } = lineProblem();
    const base = { model, loss: mse, data, epochs: 1 };
    const rules: [unknown, new (message: string) => Error, string][] = [
      [{}, TypeError, "checkpoint.dir must be a path, a string that is not empty"],
      [{ dir: "" }, TypeError, 'current value is ""'],
      [{ dir: `file://${dir}` }, TypeError, `no URL, did you mean ${JSON.stringify(dir)}`],
      [{ dir, dri: dir }, TypeError, "checkpoint must be known, did you mean dir"],
      [[dir], TypeError, "checkpoint must be an object"],
      [dir, TypeError, "checkpoint must be an object"],
      [{ dir, every: "1" }, TypeError, 'every must be an integer >= 1: current value is "1"'],
      [{ dir, keep: null }, TypeError, "keep must be an integer >= 1: current value is null"],
      [{ dir, keep: NaN }, RangeError, "current value is NaN"],
      [
        { dir, every: 0 },
        RangeError,
        "checkpoint.every must be an integer >= 1: current value is 0",
      ],
      [{ dir, keep: 1.5 }, RangeError, "checkpoint.keep must be an integer >= 1"],
      [{ dir, resume: dir }, TypeError, "checkpoint.resume must be true or false"],
      [
        { dir: "/dev/null/x" },
        Error,
        "Cannot use a checkpoint folder as its path",
      ],
    ];
    for (const [checkpoint, Kind, message] of rules) {
      await assertRejects(
        () => train({ ...base, checkpoint: checkpoint as CheckpointOptions }),
        Kind,
        message,
      );
    }
    const adamax = tf.train.adamax(0.1);
    await assertRejects(
      () => train({ ...base, optimizer: adamax, checkpoint: { dir } }),
      TypeError,
      "checkpoint needs an optimizer that tells its weights: current optimizer is Adamax",
    );
    // A second run in the folder of one that goes on.
    const second = () => train({ ...base, epochs: 2, checkpoint: { dir, resume: true } });
    const onEpochDone = async () => {
      await assertRejects(
        second,
        Error,
        `must not be in use by another run: current value is ${dir}`,
      );
    };
    await train({ ...base, epochs: 2, checkpoint: { dir }, callbacks: { onEpochDone } });
    await second();
    adamax.dispose();
    dispose();
  });
}, ["cpu"]);
