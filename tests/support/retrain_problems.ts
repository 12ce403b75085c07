/** Models of which a part is trained. */
import * as tf from "@tensorflow/tfjs";
import { FeatureSmoothing } from "../../mod.ts";
import { read } from "./backends.ts";
import { mse } from "./line.ts";

/** A backbone with all that changes in training, and a head. */
export function layersProblem() {
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

/** y = (a x) b of variables. */
export function ownProblem() {
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
