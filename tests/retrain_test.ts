/** Training a part of a model: the rest stays bit by bit; the regressor begins anew. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  FeatureSmoothing,
  type RetrainOptions,
  retrainRegressor,
  train,
  type TrainOptions,
} from "../mod.ts";
import { read, testOnBackends } from "./support/backends.ts";

const mse = (pred: tf.Tensor, target: tf.Tensor) => tf.mean(tf.squaredDifference(pred, target));

/** A backbone with all that changes in training, and a head. */
function layersProblem() {
  const backbone = tf.sequential({
    name: "backbone",
    layers: [
      tf.layers.dense({
        units: 4,
        inputShape: [2],
        activation: "tanh",
        kernelInitializer: tf.initializers.glorotNormal({ seed: 8 }),
        name: "first",
      }),
      tf.layers.batchNormalization({ name: "norm" }),
    ],
  });
  const smoothing = new FeatureSmoothing({ bins: 4, name: "smoothing" });
  const head = tf.layers.dense({
    units: 1,
    name: "head",
    kernelInitializer: tf.initializers.constant({ value: 0.25 }),
    biasInitializer: tf.initializers.ones(),
  });
  const model = tf.sequential({ layers: [backbone, smoothing, head] });
  const x = tf.randomUniform([40, 2], 0, 4, "float32", 5);
  const y = tf.tidy(() => x.slice([0, 0], [40, 1]).clone());
  const optimizer = tf.train.sgd(0.01);
  const weights = async () =>
    (await read(() => model.getWeights().map((weight) => weight.clone()))).map((w) => [...w]);
  const options = {
    model,
    data: { x, y },
    loss: mse,
    epochs: 2,
    batchSize: 16,
    optimizer,
    callbacks: { onEpochDone: () => smoothing.endEpoch() },
  };
  return {
    model,
    head,
    options,
    weights,
    dispose: () => {
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
    },
  };
}

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

/** y = (a x) b of variables. */
function ownProblem() {
  const [a, b] = tf.tidy(() => [tf.variable(tf.scalar(0.5)), tf.variable(tf.scalar(0.5))]);
  const x = tf.tensor1d([0, 1, 2, 3]);
  const model = {
    predict: (t: tf.Tensor) => tf.mul(tf.mul(t, a!), b!),
    variables: [a!, b!],
  };
  const optimizer = tf.train.sgd(0.1);
  return {
    a: a!,
    b: b!,
    options: { model, data: { x, y: x }, loss: mse, epochs: 40, optimizer },
    values: () => read(() => [a!.clone(), b!.clone()]).then((all) => all.map((v) => v[0]!)),
    dispose: () => {
      tf.dispose([a!, b!, x]);
      optimizer.dispose();
    },
  };
}

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

testOnBackends(
  "retrain: whatever it throws, the head is what it was",
  async () => {
    const { options, weights, dispose } = layersProblem();
    await train(options);
    const before = await weights();
    const { callbacks: _, ...rest } = options;
    const failing: [Partial<RetrainOptions>, string][] = [
      [{ epochs: 0 }, "epochs must be a positive integer"],
      [{ loss: (p, t) => tf.mul(mse(p, t), NaN) }, "Cannot train on as the loss became NaN"],
      [
        { initialize: () => tf.scalar(1) },
        "initialize must return a float32 tensor of shape [4,1]: current value is of shape []",
      ],
    ];
    for (const [more, message] of failing) {
      await assertRejects(
        () => retrainRegressor({ ...rest, head: "head", ...more }),
        Error,
        message,
      );
      assertEquals(await weights(), before);
    }
    dispose();
  },
  ["webgpu", "cpu"],
  { leaky: "the scalar that initialize made is not the module's" },
);

testOnBackends("retrain: what it refuses", async () => {
  const { model, options, dispose } = layersProblem();
  const own = ownProblem();
  const strange = tf.tidy(() => tf.variable(tf.scalar(0), true, "strange"));
  const retrain = (more: unknown) => () =>
    retrainRegressor({ ...options, ...more as Partial<RetrainOptions> } as RetrainOptions);
  const claim = "Cannot retrain the regressor as ";
  const names = "[backbone,first,norm,smoothing,head]";
  const rules: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [{}, TypeError, "head must be layer names or variables: current value is undefined"],
    [{ head: [1] }, TypeError, "head must be layer names or variables: current value is 1"],
    [{ head: ["head", strange] }, TypeError, "head must be layer names or variables"],
    [
      { head: "hat" },
      RangeError,
      `head must name layers of the model ${names}: current value has hat`,
    ],
    [
      { head: "smoothing" },
      RangeError,
      "head must have variables to train: current value is [smoothing]",
    ],
    [{ head: [] }, RangeError, "head must have variables to train: current value is []"],
    [
      { head: [strange] },
      RangeError,
      "head must be variables of the model: current value has strange",
    ],
    [{ head: "head", initialize: 1 }, TypeError, "initialize must be a boolean or a function"],
    [
      { head: "b", model: own.options.model },
      TypeError,
      "head must be variables where the model is not a tf.LayersModel: current value is b",
    ],
    [
      { head: [own.b], model: own.options.model },
      TypeError,
      "initialize must be a function or false where the model is not a tf.LayersModel",
    ],
  ];
  for (const [more, kind, message] of rules) {
    await assertRejects(retrain(more), kind, claim + message);
  }
  await assertRejects(
    () => train({ ...options, trainable: "hat" }),
    RangeError,
    `Cannot train as trainable must name layers of the model ${names}: current value has hat`,
  );
  assert(model.layers.length === 3);
  tf.dispose(strange);
  own.dispose();
  dispose();
}, ["cpu"]);
