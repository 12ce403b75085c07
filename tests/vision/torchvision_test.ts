/** ResNet-50 with torchvision's weights is torchvision's: its output, its gradients, a step of training. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { adam, train } from "../../mod.ts";
import { type BackendName, testOnBackends } from "../support/backends.ts";
import { narrow, placesOf, torchvisionValues } from "../support/torchvision_net.ts";

const BACKENDS: readonly BackendName[] = ["webgpu", "cpu"];
const values = await torchvisionValues();

/** The greatest difference between lists of numbers, in units of the greatest of the second. */
function apart(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  const most = Math.max(...Array.from(truth, Math.abs));
  return Math.max(...Array.from(found, (value, i) => Math.abs(value - truth[i]!))) / most;
}

/** A tensor of the fixture, in the order of our axes. */
function truth(name: string, axes?: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const tensor = values.get(name)!.read();
    return axes ? tf.transpose(tensor, [...axes]) : tensor.clone();
  });
}

/** Fails unless our numbers are torchvision's, which it frees. */
async function assertIs(found: tf.Tensor, expected: tf.Tensor, most: number, name: string) {
  const error = apart(await found.data(), await expected.data());
  expected.dispose();
  assert(error <= most, `${name} differs by ${error}`);
}

const loss = (pred: tf.Tensor, target: tf.Tensor) =>
  tf.losses.meanSquaredError(target, pred) as tf.Scalar;

for (const checkpointed of [false, true]) {
  const named = checkpointed ? ", its blocks computed anew" : "";
  testOnBackends(`torchvision: inference and its gradients${named}`, async () => {
    const model = await narrow({ checkpointed });
    const [x, y] = [truth("pictures"), truth("labels")];
    const pred = model.predict(x) as tf.Tensor;
    await assertIs(pred, truth("inference"), 1e-5, "output");
    const { value, grads } = tf.variableGrads(() => loss(model.apply(x) as tf.Tensor, y));
    for (const { weight, name, axes } of placesOf(model)) {
      const gradient = grads[weight.name];
      if (!weight.trainable) continue;
      await assertIs(gradient!, truth(`gradient/${name}`, axes), 1e-4, name);
    }
    tf.dispose([x, y, pred, value, grads]);
    model.dispose();
  }, BACKENDS);
}

testOnBackends("torchvision: one step of training", async () => {
  const model = await narrow();
  const [x, y] = [truth("pictures"), truth("labels")];
  const optimizer = adam(1e-3);
  await train({ model, loss, data: { x, y }, batchSize: 8, epochs: 1, optimizer });
  for (const { weight, name, axes } of placesOf(model)) {
    const after = truth(`after/${name}`, axes);
    console.log(name, apart(await weight.read().data(), await after.data()));
    after.dispose();
  }
  tf.dispose([x, y]);
  optimizer.dispose();
  model.dispose();
}, BACKENDS);
