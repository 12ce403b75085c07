/** The trainer: what it learns, reports and keeps. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { testOnBackends } from "../support/backends.ts";
import { lineData, lineProblem, mse, trainLine } from "../support/line.ts";

testOnBackends("train: learns a line, reports every epoch", async () => {
  const seen: number[] = [];
  const { history, weights, bestEpoch, stepsPerSecond, stopped } = await trainLine({
    callbacks: { onEpochEnd: ({ epoch }) => void seen.push(epoch) },
  });
  assertAlmostEquals(weights[0], 2, 1e-3);
  assertAlmostEquals(weights[1], 1, 1e-3);
  assertEquals(history.map(({ epoch }) => epoch), Array.from({ length: 30 }, (_, i) => i));
  assertEquals(seen, history.map(({ epoch }) => epoch));
  assert(history[0]!.loss > 1 && history.at(-1)!.loss < 1e-5);
  assert(bestEpoch === 29 && stepsPerSecond > 0 && stopped === undefined);
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

testOnBackends("train: validates every k epochs and restores the best weights", async () => {
  const points = lineData();
  // The rate grows until the model diverges: the best weights lie in between.
  const { history, bestEpoch, weights } = await trainLine({
    epochs: 40,
    schedule: (epoch) => epoch < 20 ? 1 : 13,
    restoreBest: true,
    validation: {
      data: points,
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
  tf.dispose([points.x, points.y]);
}, ["webgpu", "cpu"]);

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
