/** The layer with a size to resize to: the same as a resize before it, in training and otherwise. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { ConvBatchNorm, type ConvBatchNormConfig, Resize } from "../../src/vision/mod.ts";
import { type BackendName, testOnBackends } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { assertNear } from "../support/near.ts";
import { worstOfGreatest } from "../support/reference_vision.ts";

const BACKENDS: readonly BackendName[] = ["webgpu", "cpu"];
const CONFIG = { name: "up", filters: 3, kernelSize: 5, seed: 1 } as const;
const SIZE = [9, 7] as const;
const SHAPE = [4, 5, 2];

/** With the resize inside the layer, or before it. */
function modelOf(inside: boolean, more: Partial<ConvBatchNormConfig> = {}): tf.LayersModel {
  const config = { ...CONFIG, ...more };
  return tf.sequential({
    layers: inside
      ? [new ConvBatchNorm({ ...config, resizeTo: SIZE, inputShape: SHAPE })]
      : [new Resize({ size: SIZE, inputShape: SHAPE }), new ConvBatchNorm(config)],
  });
}

for (const training of [true, false]) {
  const mode = training ? "in training" : "at inference";
  testOnBackends(`ConvBatchNorm: resized inside as by a layer before, ${mode}`, async () => {
    const x = tf.randomNormal([3, ...SHAPE], 1, 2, "float32", 4);
    const y = tf.randomNormal([3, ...SIZE, 3], 0, 1, "float32", 5);
    const found: Float32Array[][] = [];
    for (const inside of [true, false]) {
      const model = modelOf(inside);
      const own = tf.variable(x);
      const { value, grads } = tf.variableGrads(() =>
        tf.losses.meanSquaredError(y, model.apply(own, { training }) as tf.Tensor) as tf.Scalar
      );
      const { trainableWeights, nonTrainableWeights } = model.getLayer("up");
      const tensors = [
        value,
        grads[own.name]!,
        ...trainableWeights.map(({ name }) => grads[name]!),
        ...nonTrainableWeights.map((weight) => weight.read()),
      ];
      assertEquals(tensors.length, 1 + 1 + 3 + 2);
      found.push(await Promise.all(tensors.map((tensor) => tensor.data<"float32">())));
      tf.dispose([value, grads, own]);
      model.dispose();
    }
    found[0]!.forEach((values, i) => {
      const error = worstOfGreatest(values, found[1]![i]!);
      assert(error <= 2e-5, `${i}: ${error}`);
    });
    tf.dispose([x, y]);
  }, BACKENDS);
}

testOnBackends("ConvBatchNorm: frozen and resized inside, x alone has a gradient", async () => {
  const model = modelOf(true);
  const x = tf.randomNormal([2, ...SHAPE], 0, 1, "float32", 4);
  const { kernels } = await tf.profile(() => {
    tf.grad((x) => tf.sum(model.apply(x) as tf.Tensor))(x).dispose();
  });
  assert(kernels.some(({ name }) => name === "BalancedMseConv2dInputGrad"));
  assert(!kernels.some(({ name }) => name === "BalancedMseConv2dFilterGrad"));
  x.dispose();
  model.dispose();
}, ["cpu"]);

testOnBackends(
  "ConvBatchNorm: resized inside it is saved and loaded",
  () =>
    inFolder(async (dir) => {
      const model = modelOf(true, { start: "uniform" });
      await model.save(fileSystem(dir));
      const loaded = await tf.loadLayersModel(fileSystem(dir));
      assertEquals(loaded.layers[0]!.getConfig(), model.layers[0]!.getConfig());
      assertEquals(loaded.outputShape, [null, ...SIZE, 3]);
      const x = tf.randomNormal([2, ...SHAPE], 0, 1, "float32", 4);
      const [found, expected] = [loaded, model].map((one) => one.predict(x) as tf.Tensor);
      assertNear(await found!.data(), await expected!.data(), 0);
      tf.dispose([x, found!, expected!]);
      [model, loaded].forEach((one) => one.dispose());
    }),
  ["cpu"],
);

testOnBackends("ConvBatchNorm: kernels start uniform where it is said", async () => {
  const model = modelOf(true, { filters: 64, start: "uniform" });
  const kernel = model.getWeights()[0]!;
  const values = await kernel.data<"float32">();
  const most = 1 / Math.sqrt(25 * 2);
  const greatest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assert(greatest <= most && greatest > 0.99 * most, `${greatest} of ${most}`);
  model.dispose();
}, ["cpu"]);

const REFUSED: readonly [Partial<ConvBatchNormConfig>, string][] = [
  [{ resizeTo: [4] as never }, "resizeTo must be rows and columns"],
  [{ resizeTo: [4, 0] }, "resizeTo[1] must be an integer >= 1: current value is 0"],
  [
    { resizeTo: [4, 4], strides: 2 },
    "strides must be 1 where pictures are resized: current value is 2",
  ],
  [{ start: "zeros" as "normal" }, 'start must be "normal" or "uniform"'],
];

Deno.test("ConvBatchNorm: a size or a start that it cannot have is refused by name", () => {
  for (const [config, reason] of REFUSED) {
    assertThrows(() => new ConvBatchNorm({ ...CONFIG, ...config }), Error, reason);
  }
});
