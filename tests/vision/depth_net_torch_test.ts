/** The network for depths with PyTorch's weights is PyTorch's: its output and its gradients. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { type BackendName, testOnBackends } from "../support/backends.ts";
import { depthValues, smallDepthNet } from "../support/depth_fixture.ts";
import { placesOf } from "../support/torchvision_net.ts";
import { worstOfGreatest } from "../support/reference_vision.ts";

const BACKENDS: readonly BackendName[] = ["webgpu", "cpu"];
const values = await depthValues();
const truth = (name: string) => values.get(name)!.read();

/** A gradient as the fixture has it: the greatest magnitude, then numbers evenly spread. */
async function sampled(gradient: tf.Tensor, axes?: readonly number[]): Promise<number[]> {
  // The file's axes from ours: the inverse of how ours are made.
  const inverse = axes?.map((_, i) => axes.indexOf(i));
  const ordered = tf.tidy(() => inverse ? tf.transpose(gradient, inverse) : tf.clone(gradient));
  const all = await ordered.data<"float32">();
  ordered.dispose();
  const stride = Math.ceil(all.length / 64);
  const most = all.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return [most, ...all.filter((_, i) => i % stride === 0)];
}

for (const checkpointed of [false, true]) {
  const named = checkpointed ? ", its blocks computed anew" : "";
  testOnBackends(`depthNet: PyTorch's depths and gradients${named}`, async () => {
    const model = await smallDepthNet({ checkpointed });
    const [x, y] = [truth("pictures"), truth("depths")];
    const pred = model.predict(x) as tf.Tensor;
    const expected = truth("inference");
    assertEquals(pred.shape, expected.shape);
    const error = worstOfGreatest(await pred.data(), [...await expected.data()]);
    assert(error <= 1e-5, `output differs by ${error}`);
    const { value, grads } = tf.variableGrads(() =>
      tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor) as tf.Scalar
    );
    for (const { weight, name, axes } of placesOf(model)) {
      if (!weight.trainable) continue;
      const gradient = truth(`gradient/${name}`);
      const found = await sampled(grads[weight.name]!, axes);
      const error = worstOfGreatest(found, [...await gradient.data()]);
      assert(error <= 1e-4, `${name} differs by ${error}`);
      gradient.dispose();
    }
    tf.dispose([x, y, pred, expected, value, grads]);
    model.dispose();
  }, BACKENDS);
}

testOnBackends("depthNet: PyTorch's depths in training", async () => {
  const model = await smallDepthNet();
  const [x, expected] = [truth("pictures"), truth("training")];
  const pred = tf.tidy(() => model.apply(x, { training: true }) as tf.Tensor);
  const error = worstOfGreatest(await pred.data(), [...await expected.data()]);
  assert(error <= 1e-4, `output differs by ${error}`);
  tf.dispose([x, expected, pred]);
  model.dispose();
}, BACKENDS);
