/** Balanced MSE in tfjs's own training. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { bmcLoss, layersLoss } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";

testOnBackends("layers loss: model.fit learns a line with Balanced MSE", async () => {
  const next = normals(5);
  const labels = Array.from({ length: 256 }, () => 5 + next());
  const [x, y] = [tf.tensor2d(labels, [256, 1]), tf.tensor2d(labels.map((v) => 2 * v), [256, 1])];
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" })],
  });
  const optimizer = tf.train.adam(0.1);
  model.compile({ optimizer, loss: layersLoss((pred, target) => bmcLoss(pred, target, 1)) });
  const { history } = await model.fit(x, y, {
    epochs: 40,
    batchSize: 64,
    shuffle: false,
    verbose: 0,
  });
  const losses = history.loss as number[];
  assert(losses.at(-1)! < losses[0]! / 2, `${losses[0]} to ${losses.at(-1)}`);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("layers loss: works with minimize, and swaps the arguments", () => {
  tf.tidy(() => {
    const seen: tf.Tensor[] = [];
    const [a, b] = [tf.scalar(1), tf.scalar(2)];
    layersLoss((pred, target) => {
      seen.push(pred, target);
      return pred;
    })(a, b);
    assert(seen[0] === b && seen[1] === a);
  });
});
