/** Checkpoints: a run that is resumed ends with the same bits; what is kept, passed over and refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  adam,
  adamW,
  type CheckpointOptions,
  LabelNoise,
  momentum,
  retrainRegressor,
  train,
  type TrainOptions,
} from "../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/files/safetensors.ts";
import { testOnBackends, use } from "./support/backends.ts";
import { lineData, lineProblem, mse } from "./support/line.ts";
import { bits, EPOCHS, type Outcome, resumable } from "./support/resumable.ts";

/** Runs a test with a folder of its own. */
async function inFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await run(`${root}/run`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const result = ({ trained: _, ...rest }: Outcome) => rest;
const checkpoints = (dir: string) =>
  [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name !== "lock").sort();
const name = (epochs: number) => `epochs-${`${epochs}`.padStart(6, "0")}.safetensors`;

/** What is warned of while `run` runs. */
async function warnings(run: () => Promise<void>): Promise<string[]> {
  const [warn, found] = [console.warn, [] as string[]];
  console.warn = (text: string) => void found.push(text);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return found;
}

testOnBackends(
  "checkpoints: a run stopped anywhere and resumed has the bits of one that was not",
  async (backend) => {
    const whole = await resumable();
    assert(whole.bestEpoch > 2 && whole.bestEpoch < 12, `best epoch ${whole.bestEpoch}`);
    // Before the best epoch, at it, after it, at the end.
    const stops = backend === "cpu" ? [0, 1, 2, 6, 7, 8, 9, 15, 22] : [3, 12];
    for (const stopAfter of stops) {
      for (const every of [1, 4]) {
        await inFolder(async (dir) => {
          const stopped = await resumable({ checkpoint: { dir, every } }, { stopAfter });
          assert(stopped.aborted);
          const resumed = await resumable({ checkpoint: { dir, every, resume: true } });
          // The stop comes within the next epoch, after the save.
          const from = Math.floor((stopAfter + 1) / every) * every;
          assertEquals(resumed.trained[0], from);
          assertEquals(result(resumed), result(whole));
        });
      }
    }
  },
  ["cpu", "webgpu"],
);

testOnBackends("checkpoints: every part of a file counts", async () => {
  // What this shows: each part that is saved has to be restored for the outcome to be the same.
  const whole = result(await resumable());
  await inFolder(async (dir) => {
    await resumable({ checkpoint: { dir, keep: 99 } }, { stopAfter: 8 });
    const path = `${dir}/${name(9)}`;
    const bytes = await Deno.readFile(path);
    const groups = ["weights/", "best/", "optimizer 0/", "optimizer 1/", "fields 0/", "fields 1/"];
    for (const group of [...groups, "history", "none"]) {
      const { tensors, value } = await decodeSafetensors(bytes.slice());
      const state = structuredClone(value) as { history: { loss: number }[] };
      if (group === "history") state.history[3]!.loss++;
      const changed = tensors.map(({ name, tensor }) => ({
        name,
        // Not the iterations: tfjs's Adam does not use them once it has its betas' powers.
        tensor: name.startsWith(group) && tensor.dtype === "float32"
          ? tf.tidy(() => tf.mul(tensor, 0.99))
          : tensor.clone(),
      }));
      await Deno.writeFile(path, await encodeSafetensors(changed, state));
      tf.dispose([...tensors, ...changed].map(({ tensor }) => tensor));
      const outcome = result(await resumable({ checkpoint: { dir, resume: true, keep: 99 } }));
      if (group === "none") assertEquals(outcome, whole);
      else assertNotEquals(outcome, whole, group);
      for (let epochs = 10; epochs <= EPOCHS; epochs++) await Deno.remove(`${dir}/${name(epochs)}`);
    }
  });
}, ["cpu"]);

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
  await inFolder(async (dir) => {
    const controller = new AbortController();
    const onEpochDone = (epoch: number) => epoch === 3 ? controller.abort() : undefined;
    await run({ checkpoint: { dir }, signal: controller.signal, callbacks: { onEpochDone } });
    assertEquals(checkpoints(dir), [name(3), name(4)]);
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
      await inFolder(async (dir) => {
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

testOnBackends(
  "checkpoints: a regressor that was begun anew at random goes on as it was",
  async () => {
    await inFolder(async (dir) => {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ units: 3, inputShape: [1], activation: "tanh" }),
          tf.layers.dense({ units: 1, name: "head" }),
        ],
      });
      const x = tf.tensor2d([[-1], [0], [1], [2]]);
      const values = () => Promise.all(model.getWeights().map(bits));
      const run = async (resume: boolean) => {
        const checkpoint = { dir, keep: 9, resume };
        await retrainRegressor({
          model,
          head: "head",
          loss: mse,
          data: { x, y: x },
          epochs: 6,
          checkpoint,
        });
        return await values();
      };
      const whole = await run(false);
      for (let epochs = 4; epochs <= 6; epochs++) await Deno.remove(`${dir}/${name(epochs)}`);
      assertEquals(await run(true), whole);
      x.dispose();
      model.dispose();
    });
  },
  ["cpu"],
);

testOnBackends("checkpoints: the newest are kept, every so many epochs and the last", async () => {
  for (
    const [options, expected] of [
      [{}, [23, 24]],
      [{ keep: 1 }, [24]],
      [{ every: 5, keep: 3 }, [15, 20, 24]],
      [{ every: 100, keep: 3 }, [24]],
    ] as const
  ) {
    await inFolder(async (dir) => {
      await resumable({ checkpoint: { dir, ...options } });
      assertEquals(checkpoints(dir), expected.map(name));
    });
  }
}, ["cpu"]);

testOnBackends("checkpoints: a damaged one is passed over with a warning", async () => {
  const whole = result(await resumable());
  await inFolder(async (dir) => {
    await resumable({ checkpoint: { dir, keep: 3 } }, { stopAfter: 8 });
    const bytes = await Deno.readFile(`${dir}/${name(9)}`);
    const flip = (at: number) => bytes.with(at, bytes[at]! ^ 4);
    const damages: [Uint8Array, string][] = [
      [new Uint8Array(), "current length is 0"],
      [bytes.slice(0, 5), "current length is 5"],
      [bytes.slice(0, 60), "current length is 60"],
      [bytes.slice(0, -1), "its checksum must be"],
      [new Uint8Array([...bytes, 0]), "its checksum must be"],
      [new Uint8Array(bytes.length), "the length that it states"],
      [flip(1), ""], // the header's length
      [flip(30), ""], // the checksum itself
      [flip(200), "its checksum must be"], // the header
      [flip(bytes.length - 40), "its checksum must be"], // a weight
    ];
    for (const [damaged, message] of damages) {
      await Deno.writeFile(`${dir}/${name(9)}`, damaged);
      const found = await warnings(async () => {
        const resumed = await resumable(
          { checkpoint: { dir, resume: true, keep: 3 } },
          { stopAfter: 9 },
        );
        assertEquals(resumed.trained, [8, 9]);
      });
      assertEquals(found.length, 1);
      assert(found[0]!.includes(`${dir}/${name(9)} is not a whole checkpoint`), found[0]);
      assert(found[0]!.includes(message), found[0]);
      await Deno.remove(`${dir}/${name(10)}`);
    }
    await Deno.writeFile(`${dir}/${name(9)}`, bytes.slice(0, -1));
    // Newer ones that are damaged do not push out the one that the run went on from.
    await Deno.writeFile(`${dir}/${name(20)}`, bytes.slice(0, -1));
    await warnings(async () => {
      const resumed = await resumable(
        { checkpoint: { dir, resume: true, keep: 1 } },
        { stopAfter: 9 },
      );
      assertEquals(resumed.trained, [8, 9]);
    });
    assertEquals(checkpoints(dir), [name(10)]);
    assertEquals(result(await resumable({ checkpoint: { dir, resume: true } })), whole);
    for (const file of checkpoints(dir)) await Deno.writeFile(`${dir}/${file}`, bytes.slice(9));
    await assertRejects(
      () => resumable({ checkpoint: { dir, resume: true } }),
      Error,
      `Cannot resume training as a checkpoint of ${dir} must be whole: current ones are 2`,
    );
  });
}, ["cpu"]);

testOnBackends(
  "checkpoints: another run than the one saved is refused by what differs",
  async () => {
    await inFolder(async (dir) => {
      const { data, model, weights, dispose } = lineProblem();
      const [optimizer, other] = [tf.train.adam(0.1), tf.train.adam(0.2)];
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
      [optimizer, other, noiseOptimizer].forEach((o) => o.dispose());
    });
  },
  ["cpu"],
);

testOnBackends("checkpoints: wrong options, folders and optimizers are refused", async () => {
  await inFolder(async (dir) => {
    const { data, model, dispose } = lineProblem();
    const base = { model, loss: mse, data, epochs: 1 };
    const rules: [unknown, new (message: string) => Error, string][] = [
      [{}, TypeError, "checkpoint.dir must be the path of a folder"],
      [{ dir: "" }, TypeError, 'current value is ""'],
      [
        { dir, every: 0 },
        RangeError,
        "checkpoint.every must be a positive integer: current value is 0",
      ],
      [{ dir, keep: 1.5 }, RangeError, "checkpoint.keep must be a positive integer"],
      [{ dir, resume: dir }, TypeError, "checkpoint.resume must be a boolean"],
      [
        { dir: "/dev/null/x" },
        Deno.errors.NotADirectory,
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
    const second = () => train({ ...base, checkpoint: { dir, resume: true } });
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

Deno.test("checkpoints: the first epochs' numbers come back, those JSON has no word for, too", async () => {
  await use("cpu");
  await inFolder(async (dir) => {
    const { history } = await resumable({ checkpoint: { dir } });
    const again = await resumable({ checkpoint: { dir, resume: true } });
    assertEquals(again.trained, []);
    assertEquals(again.history, history);
    assert(Number.isNaN(again.history[1]!.metrics!.never));
  });
});
