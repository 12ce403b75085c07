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

testOnBackends("torchvision: in training, gradients and running statistics", async () => {
  const model = await narrow();
  const [x, y] = [truth("pictures"), truth("labels")];
  let pred: tf.Tensor;
  const { value, grads } = tf.variableGrads(() => {
    pred = tf.keep(model.apply(x, { training: true }) as tf.Tensor);
    return loss(pred, y);
  });
  await assertIs(pred!, truth("training"), 1e-4, "output");
  for (const { weight, name, axes } of placesOf(model)) {
    const [found, expected] = weight.trainable
      ? [grads[weight.name]!, truth(`training gradient/${name}`, axes)]
      : [weight.read(), truth(`after/${name}`, axes)];
    await assertIs(found, expected, weight.trainable ? 1e-3 : 1e-6, name);
  }
  tf.dispose([x, y, pred!, value, grads]);
  model.dispose();
}, BACKENDS);

testOnBackends("torchvision: one step of Adam by train", async () => {
  const rate = 1e-3;
  const [model, before] = [await narrow(), await narrow()];
  const [x, y] = [truth("pictures"), truth("labels")];
  const optimizer = adam(rate);
  await train({ model, loss, data: { x, y }, batchSize: 8, epochs: 1, optimizer });
  const starts = placesOf(before);
  for (const [i, { weight, name, axes }] of placesOf(model).entries()) {
    if (!weight.trainable) continue;
    const tensors = [truth(`after/${name}`, axes), truth(`training gradient/${name}`, axes)];
    const [after, gradient] = await Promise.all(tensors.map((tensor) => tensor.data()));
    const [found, start] = [await weight.read().data(), await starts[i]!.weight.read().data()];
    // The first step of Adam is the gradient's sign: of one near 0 it is chance.
    const most = Math.max(...gradient!.map(Math.abs));
    const clear = [...gradient!.keys()].filter((k) => Math.abs(gradient![k]!) > 1e-2 * most);
    const of = (values: ArrayLike<number>) => clear.map((k) => (values[k]! - start[k]!) / rate);
    const error = apart(of(found), of(after!));
    assert(error <= 1e-3, `${name} moves otherwise by ${error}`);
    assert(clear.length > gradient!.length / 4, `${clear.length} of ${name}`);
    tf.dispose(tensors);
  }
  tf.dispose([x, y]);
  optimizer.dispose();
  model.dispose();
  before.dispose();
}, BACKENDS);
