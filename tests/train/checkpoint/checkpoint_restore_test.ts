/** Checkpoints: a run is brought back as a whole, or left as it is to the bit and the tensor. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { adam, LabelNoise, train, type TrainOptions } from "../../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/files/safetensors.ts";
import { testOnBackends } from "../../support/backends.ts";
import { checkpointName, inCheckpointFolder } from "../../support/checkpoint_folder.ts";
import { lineProblem, mse } from "../../support/line.ts";
import { resealed } from "../../support/resealed.ts";
import { bits } from "../../support/resumable.ts";

/** tf.train.momentum, which a test lets fail when it is brought back. */
class Failing extends tf.MomentumOptimizer {
  fails = false;

  constructor() {
    super(0.01, 0.9);
  }

  override async setWeights(weights: Parameters<tf.Optimizer["setWeights"]>[0]): Promise<void> {
    await super.setWeights(weights);
    if (!this.fails) return;
    this.fails = false;
    throw new Error("no room");
  }
}

/** A line with a noise, and what all of them are: weights, and what both optimizers remember. */
function trainable() {
  const { data, model, dispose } = lineProblem();
  const noise = new LabelNoise({ sigma: 1 });
  const [optimizer, failing] = [adam(0.01), new Failing()];
  const options = {
    model,
    loss: (pred: tf.Tensor, target: tf.Tensor) =>
      tf.add(tf.div(mse(pred, target), noise.variance()), tf.log(noise.variance())),
    data,
    epochs: 3,
    optimizer,
    noise: { model: noise, optimizer: failing },
  };
  return {
    failing,
    train: (more: Partial<TrainOptions>) => train({ ...options, ...more }),
    async state() {
      const found = [...model.variables, ...noise.variables];
      const told = [await optimizer.getWeights(), await failing.getWeights()];
      const state = await Promise.all([...found, ...told.flat().map((w) => w.tensor)].map(bits));
      told.forEach(([iterations]) => iterations!.tensor.dispose());
      return state;
    },
    dispose() {
      dispose();
      noise.dispose();
      optimizer.dispose();
      failing.dispose();
      // tfjs: momentum keeps its rate as a tensor.
      (failing as unknown as { c: tf.Tensor }).c.dispose();
    },
  };
}

// deno-lint-ignore no-explicit-any
type Saved = any;

/** Changes the JSON part of a file, or its header. */
const inValue = (change: (saved: Saved) => unknown) => (header: Saved) => {
  const saved = JSON.parse(header.__metadata__.json);
  header.__metadata__.json = JSON.stringify(change(saved) ?? saved);
  return header;
};
const renamed = (from: string, to: string) => (header: Saved) =>
  Object.fromEntries(
    Object.entries(header).map(([key, entry]) => [key.startsWith(from) ? to : key, entry]),
  );

const CHANGES: [string, (header: Saved) => unknown, string][] = [
  ["a weight is missing", renamed("weights/0/", "weight"), "its weights must be numbered from 0"],
  ["the last is missing", renamed("weights/2/", "weight"), "its weights must be those of the run"],
  ["a weight twice", renamed("best/2/", "weights/0/again"), "its weights must be numbered from 0"],
  [
    "one too many",
    renamed("best/2/", "weights/3/more"),
    "ones are float32 [], float32 [], float32",
  ],
  [
    "a best weight is missing",
    renamed("best/2/", "other"),
    "its best weights must be those of the",
  ],
  ["another dtype", (header) => {
    const name = Object.keys(header).find((key) => key.startsWith("weights/1/"))!;
    return { ...header, [name]: { ...header[name], dtype: "I32" } };
  }, "ones are float32 [], int32 [], float32"],
  [
    "another shape",
    (header) => ({ ...header, "best/0/": { ...header["best/0/"], shape: [1] } }),
    "ones are float32 [1], float32 []",
  ],
  ["no optimizer", renamed("optimizer 1/0/", "other"), "its optimizer 1 must be numbered from 0"],
  ["a field that is none", renamed("best/2/", "fields 1/0/own"), "its best weights must be"],
  [
    "another state",
    renamed("optimizer 0/4/", "other"),
    "its optimizers' states must be taken by them",
  ],
  ["null for a value", inValue(() => []), "must have the format"],
  ["no history", inValue((s) => void delete s.history), "its history must be those of a run"],
  ["a history of null", inValue((s) => void (s.history[1] = null)), "its history must be those of"],
  ["epochs out of order", inValue((s) => void s.history.reverse()), "its history must be those of"],
  ["a loss of null", inValue((s) => void (s.history[0].loss = null)), "its history must be those"],
  ["fewer epochs", inValue((s) => void s.history.pop()), "its history must have 3 epochs"],
  ["no epochs", inValue((s) => void delete s.epochs), "its epochs must be those of a run"],
  ["no best", inValue((s) => void (s.best = null)), "its best must be those of a run"],
  [
    "a score of null",
    inValue((s) => void (s.best.score = null)),
    "its best must be those of a run",
  ],
  ["no settings", inValue((s) => void (s.settings = "all")), "its settings must be those of a run"],
  ["no places", inValue((s) => void (s.onDevice = null)), "its onDevice must be those of a run"],
  [
    "another format",
    inValue((s) => void (s.format = "@balanced/mse run 1")),
    'current format is "@b',
  ],
];

testOnBackends("checkpoints: a file that does not fit leaves the run as it is", async () => {
  const saved = trainable();
  const run = trainable();
  await inCheckpointFolder(async (dir) => {
    await saved.train({ checkpoint: { dir, keep: 1 } });
    const path = `${dir}/${checkpointName(3)}`;
    const bytes = await Deno.readFile(path);
    await run.train({ epochs: 2 });
    const [before, tensors] = [await run.state(), tf.memory().numTensors];
    const refused = async (what: string, message: string) => {
      const error = await assertRejects(
        () => run.train({ checkpoint: { dir, resume: true } }),
        Error,
        message,
      );
      assert(error.message.startsWith("Cannot resume training as "), error.message);
      assertEquals(tf.memory().numTensors, tensors, what);
      assertEquals(await run.state(), before, what);
    };
    for (const [what, change, message] of CHANGES) {
      await Deno.writeFile(path, await resealed(bytes, change));
      await refused(what, message);
    }
    // The second optimizer fails when it has half changed; the first has been brought back by then.
    await Deno.writeFile(path, bytes);
    run.failing.fails = true;
    await refused(
      "failing",
      "its optimizers' states must be taken by them: current one fails: no room",
    );
    // Its header in another order, and its tensors: it is the same run.
    const turned = await resealed(bytes, ({ __metadata__, ...entries }) => {
      return { __metadata__, ...Object.fromEntries(Object.entries(entries).reverse()) };
    });
    const { tensors: found, value } = await decodeSafetensors(bytes.slice());
    const moved = await encodeSafetensors(found.toReversed(), value);
    tf.dispose(found.map(({ tensor }) => tensor));
    for (const file of [turned, moved]) {
      await Deno.writeFile(path, file);
      await run.train({ checkpoint: { dir, resume: true } });
      assertEquals(await run.state(), await saved.state());
      assertEquals(tf.memory().numTensors, tensors);
      await run.train({ epochs: 1 });
    }
  });
  saved.dispose();
  run.dispose();
}, ["cpu", "webgpu"]);
