/** The layer in models: it trains, freezes in every way, accumulates, is saved, loaded and resumed. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { fileSystem, type TrainOptions } from "../../mod.ts";
import { ConvBatchNorm, type ConvBatchNormConfig, type Shape } from "../../src/vision/mod.ts";
import { type BackendName, testOnBackends, use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { assertNear } from "../support/near.ts";
import { bytesOf, pictureNet, pictures, trainOn } from "../support/picture_net.ts";

const BACKENDS: readonly BackendName[] = ["webgpu", "cpu", "portable"];

/** What a layer gives for pictures in training and otherwise, as bytes. */
async function outputs(layer: tf.layers.Layer, x: tf.Tensor) {
  const tensors = [layer.call(x, { training: true }), layer.call(x, {})] as tf.Tensor[];
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values;
}

testOnBackends(
  "ConvBatchNorm: trains, is saved and loaded with its running statistics",
  () =>
    inFolder(async (dir) => {
      const model = pictureNet({ norm: "bn", momentum: 0.3, epsilon: 1e-3 });
      const data = pictures(16);
      const { history } = await trainOn(model, data, { epochs: 12 });
      assert(history.at(-1)!.loss < history[0]!.loss / 2, `${history.map(({ loss }) => loss)}`);
      await model.save(fileSystem(dir));
      const loaded = await tf.loadLayersModel(fileSystem(dir));
      assertEquals(await bytesOf(loaded, "body"), await bytesOf(model, "body"));
      const config = (layers: tf.LayersModel) => layers.getLayer("body").getConfig();
      assertEquals(config(loaded), config(model));
      const [found, expected] = [loaded, model].map((one) => one.predict(data.x) as tf.Tensor);
      assertNear(await found!.data(), await expected!.data(), 1e-6);
      tf.dispose([data, found!, expected!]);
      [model, loaded].forEach((one) => one.dispose());
    }),
  BACKENDS,
);

const FROZEN: [string, (model: tf.LayersModel) => Partial<TrainOptions>][] = [
  ["by trainable of train", () => ({ trainable: "head" })],
  ["layer by layer", (model) => {
    for (const name of ["body", "next"]) model.getLayer(name).trainable = false;
    return {};
  }],
];
for (const [name, freeze] of FROZEN) {
  testOnBackends(`ConvBatchNorm: frozen ${name} it is as at inference`, async () => {
    const data = pictures(16);
    const model = pictureNet();
    await trainOn(model, data); // so that running statistics are not the batch's
    const before = await bytesOf(model, "body");
    const head = await bytesOf(model, "head");
    const { history } = await trainOn(model, data, { ...freeze(model), batchSize: 16, epochs: 1 });
    assertEquals(await bytesOf(model, "body"), before);
    assertNotEquals(await bytesOf(model, "head"), head);
    // The loss before the one step is that of the predictions at inference.
    const again = pictureNet();
    await trainOn(again, data);
    const pred = again.predict(data.x) as tf.Tensor;
    const loss = tf.losses.meanSquaredError(data.y, pred);
    assertNear([history[0]!.loss], await loss.data(), 1e-5);
    tf.dispose([data, pred, loss]);
    [model, again].forEach((one) => one.dispose());
  }, BACKENDS);

  testOnBackends(`ConvBatchNorm: frozen ${name}, with the batch's statistics`, async () => {
    const data = pictures(16);
    const model = pictureNet({ frozenStatistics: "batch" });
    const before = await bytesOf(model, "body");
    await trainOn(model, data, freeze(model));
    const after = await bytesOf(model, "body");
    for (const [weight, value] of Object.entries(after)) {
      const moves = weight.startsWith("moving");
      assertEquals(value !== before[weight], moves, weight);
    }
    tf.dispose(data);
    model.dispose();
  }, ["webgpu", "cpu"]);
}

testOnBackends("ConvBatchNorm: a frozen model within another is as at inference", async () => {
  const { x, y } = pictures(8);
  const inner = pictureNet();
  inner.trainable = false;
  const layer = inner.getLayer("body");
  const [training, inference] = await outputs(layer, x);
  assertEquals(training, inference);
  inner.trainable = true;
  const [trained] = await outputs(layer, x);
  assertNotEquals(trained, inference);
  tf.dispose([x, y]);
  inner.dispose();
}, ["cpu"]);

testOnBackends(
  "ConvBatchNorm: running statistics are unbiased, one update a micro-batch",
  async () => {
    const model = pictureNet();
    const { x, y } = pictures(16);
    const layer = model.getLayer("body");
    // Before the only step, the weights are the first ones.
    const kernel = layer.getWeights()[0] as tf.Tensor4D;
    const convolved = tf.conv2d(x as tf.Tensor4D, kernel, 2, 1);
    const values = [...await convolved.data()];
    const [mean, variance] = [Array(4).fill(0), Array(4).fill(1)];
    for (
      const half of [values.slice(0, values.length / 2), values.slice(values.length / 2)]
    ) {
      for (let c = 0; c < 4; c++) {
        const own = half.filter((_, i) => i % 4 === c);
        const center = own.reduce((a, b) => a + b, 0) / own.length;
        const squares = own.reduce((a, b) => a + (b - center) ** 2, 0);
        mean[c] = 0.9 * mean[c] + 0.1 * center;
        variance[c] = 0.9 * variance[c] + 0.1 * squares / (own.length - 1);
      }
    }
    const steps = { batchSize: 8, accumulate: 2, epochs: 1, shuffle: false };
    await trainOn(model, { x, y }, steps);
    const [, , , ...found] = layer.getWeights();
    assertNear(await found[0]!.data(), mean, 1e-5);
    assertNear(await found[1]!.data(), variance, 1e-5);
    tf.dispose([x, y, convolved]);
    model.dispose();
  },
  BACKENDS,
);

testOnBackends(
  "ConvBatchNorm: a run that is stopped and resumed has the same bits",
  () =>
    inFolder(async (dir) => {
      const data = pictures(20);
      const results = [];
      for (const epochs of [[4], [2, 4]]) {
        const checkpoint = { dir: `${dir}/${epochs}`, resume: epochs.length > 1 };
        let model = pictureNet();
        for (const [part, count] of epochs.entries()) {
          if (part > 0) {
            model.dispose();
            model = pictureNet({ seed: 99 });
          }
          await trainOn(model, data, {
            epochs: count,
            checkpoint: { ...checkpoint, resume: part > 0 },
          });
        }
        results.push([await bytesOf(model, "body"), await bytesOf(model, "next")]);
        model.dispose();
      }
      assertEquals(results[1], results[0]);
      tf.dispose(data);
    }),
  ["webgpu", "cpu"],
);

testOnBackends("ConvBatchNorm: a seed makes the same kernels, each another, none any", async () => {
  const kernel = async (seed?: number) => {
    const own = { filters: 4, kernelSize: 3, ...(seed !== undefined && { seed }) };
    const layer = new ConvBatchNorm({ ...own, inputShape: [6, 6, 2] });
    const values = await tf.sequential({ layers: [layer] }).getWeights()[0]!.data();
    layer.dispose();
    return values;
  };
  assertEquals(await kernel(3), await kernel(3));
  assertEquals(await kernel(0), await kernel(0));
  assertNotEquals(await kernel(3), await kernel(4));
  assertNotEquals(await kernel(), await kernel());
}, ["cpu"]);

const CONFIGS: [Partial<ConvBatchNormConfig>, string][] = [
  [{ kernelSize: 4 }, "kernelSize must be odd: current value is 4"],
  [{ filters: 0 }, "filters must be an integer >= 1: current value is 0"],
  [{ momentum: 1.5 }, "momentum must be a finite number >= 0 and <= 1: current value is 1.5"],
  [{ epsilon: 0 }, "epsilon must be a finite float32 number > 0: current value is 0"],
  [{ norm: "" }, 'norm must be text that is not empty: current value is ""'],
  [
    { frozenStatistics: "none" as "batch" },
    'frozenStatistics must be "running" or "batch": current value is "none"',
  ],
];

Deno.test("ConvBatchNorm: what it cannot be made of or applied to is refused by name", async () => {
  await use("cpu");
  const before = tf.memory().numTensors;
  const sound = { filters: 2, kernelSize: 3 };
  for (const [config, reason] of CONFIGS) {
    const error = assertThrows(() => new ConvBatchNorm({ ...sound, ...config }), Error, reason);
    assert(error.message.startsWith("Cannot create a convolution with batch normalization as "));
  }
  const shapes: Shape[] = [[null, 4], [null, 4, 4, null], [null, 4, 4, 4, 4]];
  for (const shape of shapes) {
    assertThrows(
      () => new ConvBatchNorm(sound).build(shape),
      TypeError,
      `pictures must have shape [N, H, W, C] with a known C: current value is [${shape}]`,
    );
  }
  assertEquals(tf.memory().numTensors, before);
});

testOnBackends("ConvBatchNorm: one value a channel cannot be normalized in training", async () => {
  const layer = new ConvBatchNorm({ name: "one", filters: 2, kernelSize: 3 });
  const x = tf.ones([1, 1, 1, 3]);
  const pred = layer.apply(x) as tf.Tensor;
  assertEquals(pred.shape, [1, 1, 1, 2]);
  assertThrows(
    () => layer.apply(x, { training: true }),
    RangeError,
    "Cannot normalize a batch as each channel must have more than one value in training, " +
      "use larger batches or pictures: current shape at one is [1,1,1,2]",
  );
  tf.dispose([x, pred]);
  layer.dispose();
  await Promise.resolve();
}, ["cpu", "webgpu"]);

testOnBackends("ConvBatchNorm: pictures of whole numbers, and none at all", async () => {
  for (const kernelSize of [1, 3]) {
    const layer = new ConvBatchNorm({ filters: 2, kernelSize, seed: 1, momentum: 0 });
    tf.tidy(() => void layer.apply(tf.zeros([1, 2, 4, 1]))); // makes the weights
    const float = tf.tensor4d([0, 1, 1, 0, 1, 0, 0, 0], [1, 2, 4, 1]);
    const [whole, yes, none] = [
      tf.cast(float, "int32"),
      tf.cast(float, "bool"),
      tf.zeros([0, 2, 4, 1]),
    ];
    const expected = await outputs(layer, float);
    assertEquals([await outputs(layer, whole), await outputs(layer, yes)], [expected, expected]);
    const empty = layer.apply(none) as tf.Tensor;
    assertEquals([empty.shape, (await empty.data()).length], [[0, 2, 4, 2], 0]);
    assertThrows(() => layer.apply(none, { training: true }), RangeError, "is [0,2,4,2]");
    tf.dispose([float, whole, yes, none, empty]);
    layer.dispose();
  }
}, ["cpu", "webgpu"]);
