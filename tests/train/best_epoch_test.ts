/** Which epoch is best, when patience is over, which rates a resumed run may go on at, what is read. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { cosine, LabelNoise, type Schedule } from "../../mod.ts";
import { checkAlive } from "../../src/train/alive.ts";
import { bestEpochOf, isPatienceOver, judgeOf } from "../../src/train/best_epoch.ts";
import type { EpochRecord } from "../../src/train/epoch_record.ts";
import { PendingEpochs } from "../../src/train/pending_epochs.ts";
import { Rates } from "../../src/train/rates.ts";
import type { AnyTrainOptions } from "../../src/train/train_options.ts";
import { warnOfNoise } from "../../src/train/warn_of_noise.ts";
import { testOnBackends } from "../support/backends.ts";

const losses = (values: readonly number[]): EpochRecord[] =>
  values.map((loss, epoch) => ({ epoch, loss, learningRate: 1 }));
const measured = (values: readonly (number | undefined)[]): EpochRecord[] =>
  values.map((r, epoch) => ({
    epoch,
    loss: 0,
    learningRate: 1,
    ...(r !== undefined && { metrics: { mse: -r, r } }),
  }));
const judge = (options: unknown) => judgeOf(options as AnyTrainOptions);
const noise = {};

Deno.test("best epoch: by the monitored metric, else the loss, else nothing", () => {
  assertEquals(bestEpochOf(losses([3, 1, 1, 2]), judge({})), 1);
  assertEquals(bestEpochOf(losses([NaN, 1]), judge({})), 1);
  assertEquals(bestEpochOf([], judge({})), -1);
  assertEquals(bestEpochOf(losses([3, 1]), judge({ noise })), -1, "losses in different scales");
  const metrics = { mse: () => 0, r: () => 0 };
  const history = measured([undefined, 0.2, undefined, 0.9, 0.5]);
  assertEquals(bestEpochOf(history, judge({ validation: { metrics }, noise })), 3);
  const rises = judge({ validation: { metrics, monitor: "r" } });
  assertEquals(bestEpochOf(history, rises, "max"), 3);
  assertEquals(bestEpochOf(history, rises), 1);
  assertThrows(
    () => bestEpochOf(history, judge({ validation: { metrics, monitor: "r.few" } })),
    RangeError,
    'validation.monitor must be one of the metrics [mse,r]: current value is "r.few"',
  );
});

Deno.test("patience: epochs since the best one, where a score is known", () => {
  const over = (patience: number | undefined, history: EpochRecord[], options: unknown = {}) =>
    isPatienceOver(patience, history, judge(options));
  const history = [3, 1, 2, 2];
  assertEquals([1, 2, 3].map((p) => over(p, losses(history))), [true, true, false]);
  assertEquals(over(undefined, losses(history)), false);
  assertEquals(over(1, []), false);
  assertEquals(over(1, losses([2, 1])), false);
  const validation = { metrics: { mse: () => 0 } };
  // Every second epoch: the best is epoch 1, the last known one epoch 3.
  const sparse = measured([undefined, 9, undefined, 8, undefined]);
  assertEquals([1, 2, 3].map((p) => over(p, sparse, { validation })), [true, true, false]);
  assertEquals(over(2, measured([undefined, NaN, undefined, NaN]), { validation }), true);
});

function rates(schedule: Schedule, epochs: number, base = 0.1) {
  const optimizer = { learningRate: base } as unknown as tf.Optimizer;
  return { optimizer, rates: new Rates(schedule, epochs, [optimizer]) };
}

Deno.test("rates: a schedule's, with the epochs before; given back at the end", () => {
  const seen: number[] = [];
  const own: Schedule = (
    epoch,
    epochs,
    history = [],
  ) => (seen.push(history.length), epoch / epochs);
  const { rates: own4, optimizer } = rates(own, 4);
  assertEquals(own4.set(2, losses([1, 1])), 0.05);
  assertEquals(seen, [2]);
  own4.restore();
  assertEquals((optimizer as unknown as { learningRate: number }).learningRate, 0.1);
  assertThrows(
    () => rates(() => NaN, 4).rates.set(3, []),
    RangeError,
    "schedule must return a finite number: current value of epoch 3 is NaN",
  );
  assertThrows(
    () => rates((() => "0.1") as unknown as Schedule, 4).rates.set(0, []),
    TypeError,
    'current value of epoch 0 is "0.1"',
  );
});

Deno.test("rates: a resumed run goes on only where it is the run at once", () => {
  const trained = (count: number, epochs: number) => {
    const { rates: all } = rates(cosine(), epochs);
    return losses(new Array(count).fill(1)).map((record) => ({
      ...record,
      learningRate: all.set(record.epoch, []),
    }));
  };
  const resume = (epochs: number, history: EpochRecord[], schedule = cosine()) => () =>
    rates(schedule, epochs).rates.checkResumed(history, "PATH");
  resume(8, trained(4, 8))();
  resume(8, trained(8, 8))();
  resume(8, trained(1, 4))(); // epoch 0 is at the base rate under any number
  assertThrows(
    resume(8, trained(4, 4)),
    RangeError,
    "schedule must give the rates that the checkpoint PATH was trained at",
  );
  assertThrows(
    resume(3, trained(4, 4)),
    RangeError,
    "epochs must be at least the 4 that the checkpoint PATH has had: current value is 3",
  );
  // The last digit of a rate is the runtime's: V8's cosine is not one number in Deno and in Node.
  const off = (by: number) =>
    trained(4, 8).map((record) => ({ ...record, learningRate: record.learningRate * (1 + by) }));
  resume(8, off(4 * Number.EPSILON))();
  resume(8, off(-4 * Number.EPSILON))();
  assertThrows(resume(8, off(1e-6)), RangeError, "current rate of epoch 0 is");
  assertThrows(resume(8, off(-1e-6)), RangeError, "current rate of epoch 0 is");
  const history = trained(3, 8);
  const byLoss: Schedule = (epoch, _, before = []) =>
    epoch === 0 ? 1 : 1 / (1 + before.at(-1)!.loss);
  assertThrows(
    resume(8, history, byLoss),
    RangeError,
    "current rate of epoch 1 is 0.05 in place of",
  );
});

testOnBackends("pending epochs: read at once, with metrics and the weights' check", async () => {
  const weights = tf.tidy(() => [tf.variable(tf.ones([3])), tf.variable(tf.scalar(2))]);
  const pending = new PendingEpochs();
  assertEquals(await pending.read(weights), { records: [] });
  pending.push(tf.scalar(3), { epoch: 4, learningRate: 0.1 });
  pending.push(tf.scalar(2), { epoch: 5, learningRate: 0.2 });
  assertEquals(pending.length, 2);
  const measures = [["a", 7], ["b", tf.scalar(8)], ["c", tf.scalar(9)]] as const;
  assertEquals(await pending.read(weights, measures), {
    records: [
      { epoch: 4, loss: 3, learningRate: 0.1 },
      { epoch: 5, loss: 2, learningRate: 0.2, metrics: { a: 7, b: 8, c: 9 } },
    ],
  });
  assertEquals(pending.length, 0);
  for (
    const [loss, weight, text] of [
      [NaN, 1, "the loss became NaN in epoch 7"],
      [2, Infinity, "weights became infinite or NaN in epoch 7"],
    ] as const
  ) {
    tf.tidy(() => weights[1]!.assign(tf.scalar(weight)));
    pending.push(tf.scalar(1), { epoch: 6, learningRate: 0.1 });
    pending.push(tf.scalar(loss), { epoch: 7, learningRate: 0.1 });
    const { records, failure } = await pending.read(weights);
    assertEquals(records.map(({ epoch }) => epoch), [6]);
    assert(failure!.message.startsWith(`Cannot train on as ${text}`), failure!.message);
    assert(failure!.message.includes("leave their rows out by data.mask"));
  }
  pending.push(tf.scalar(1), { epoch: 8, learningRate: 0.1 });
  pending.dispose();
  tf.dispose(weights);
});

testOnBackends("noise: one that no optimizer updates is warned of once, by name", () => {
  const [forgotten, trained] = [new LabelNoise({ sigma: 1 }), new LabelNoise({ sigma: 1 })];
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  try {
    const use = () => tf.dispose([forgotten.variance(), trained.variance()]);
    for (let i = 0; i < 3; i++) warnOfNoise(trained.variables, use);
    tf.dispose(forgotten.variance()); // nobody listens
  } finally {
    console.warn = warn;
  }
  assertEquals(warnings.length, 1);
  assert(warnings[0]!.includes(`(${forgotten.variables[0]!.name})`), warnings[0]);
  [forgotten, trained].forEach((owner) => owner.dispose());
});

testOnBackends("alive: a weight that is disposed is named", () => {
  const weights = tf.tidy(() => [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))]);
  checkAlive(weights);
  weights[1]!.dispose();
  assertThrows(
    () => checkAlive(weights),
    Error,
    `must not be disposed meanwhile: current weight ${weights[1]!.name} is`,
  );
  weights[0]!.dispose();
}, ["cpu"]);
