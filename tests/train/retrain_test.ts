/** Training a part of a model: the rest stays bit by bit; the regressor begins anew. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type RetrainOptions, retrainRegressor, train, type TrainOptions } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { mse } from "../support/line.ts";
import { layersProblem, ownProblem } from "../support/retrain_problems.ts";

/** All but the head, and the head: tfjs lists what is trained first, of which the head's are the last two of 6. */
const split = (weights: number[][]) =>
  [weights.filter((_, i) => i !== 4 && i !== 5), weights.slice(4, 6)] as const;

testOnBackends("retrain: all but the head stays bit by bit, the head learns", async () => {
  const { model, head, options, weights, dispose } = layersProblem();
  await train(options);
  const [backbone, before] = split(await weights());
  for (const given of ["head", ["head"], head.getWeights() as tf.Variable[]]) {
    const { callbacks: _, ...rest } = options;
    const { history } = await retrainRegressor({ ...rest, head: given, epochs: 5 });
    const [frozen, after] = split(await weights());
    assertEquals(frozen, backbone);
    assert(after.flat().some((value, i) => value !== before.flat()[i]));
    assert(after.flat().every((value) => value !== 0.25 && value !== 1));
    assert(history.at(-1)!.loss < history[0]!.loss);
  }
  const layers = model.layers.flatMap((l) => l instanceof tf.Sequential ? l.layers : [l]);
  assert(layers.every((layer) => !Object.hasOwn(layer, "call")), "call is uncovered again");
  dispose();
}, ["webgpu", "cpu"]);

testOnBackends(
  "retrain: the head starts from its initializers, or as it is, or as told",
  async () => {
    const { options, weights, dispose } = layersProblem();
    await train(options);
    const [, before] = split(await weights());
    const optimizer = tf.train.sgd(0);
    const restart = async (initialize?: RetrainOptions["initialize"]) => {
      const { callbacks: _, ...rest } = options;
      await retrainRegressor({
        ...rest,
        head: "head",
        optimizer,
        ...(initialize !== undefined && { initialize }),
      });
      return split(await weights())[1];
    };
    assertEquals(await restart(false), before);
    assertEquals(await restart(), [[0.25, 0.25, 0.25, 0.25], [1]]);
    assertEquals(await restart((v) => tf.fill(v.shape, 7)), [[7, 7, 7, 7], [7]]);
    dispose();
    optimizer.dispose();
  },
  ["webgpu", "cpu"],
);

testOnBackends("retrain: frozen layers run as at inference", async () => {
  const { model, options, dispose } = layersProblem();
  await train(options);
  const optimizer = tf.train.sgd(0);
  const { history } = await train({
    ...options,
    trainable: "head",
    batchSize: 40,
    epochs: 1,
    optimizer,
  });
  const [loss] = await read(() => mse(model.predict(options.data.x) as tf.Tensor, options.data.y));
  assertAlmostEquals(history[0]!.loss, loss![0]!, 1e-5);
  dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("train: trainable names nested layers, whole models and variables", async () => {
  const { model, options, weights, dispose } = layersProblem();
  const { callbacks: _, ...rest } = options;
  const changed = async (trainable: NonNullable<TrainOptions["trainable"]>) => {
    const before = await weights();
    await train({ ...rest, trainable });
    const after = await weights();
    return after.flatMap((values, i) => values.some((v, k) => v !== before[i]![k]) ? [i] : []);
  };
  const order = (model.getWeights() as tf.Variable[]).map(({ name }) =>
    name.replace(/.*\//, "").replace(/_\d+$/, "")
  );
  const at = (...indices: number[]) => indices.map((i) => order[i]).join();
  assertEquals(at(...await changed("first")), "kernel,bias");
  assertEquals(await changed(["first", "head"]), [0, 1, 4, 5]);
  assertEquals(
    at(...await changed("backbone")),
    "kernel,bias,gamma,beta,moving_mean,moving_variance",
  );
  assertEquals(await changed([model.getWeights()[0] as tf.Variable]), [0]);
  dispose();
}, ["webgpu", "cpu"]);

testOnBackends("retrain: a model of your own, by its variables", async () => {
  const { b, options, values, dispose } = ownProblem();
  await retrainRegressor({ ...options, head: [b], initialize: () => tf.scalar(3) });
  assertEquals((await values())[0], 0.5);
  assertAlmostEquals((await values())[1]!, 2, 1e-3);
  await retrainRegressor({ ...options, head: [b], initialize: false });
  await train({ ...options, trainable: [b] });
  assertEquals((await values())[0], 0.5);
  dispose();
});
