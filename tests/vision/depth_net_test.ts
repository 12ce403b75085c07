/** The network for depths: its form, its names, how it is trained, saved and refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { adam, fileSystem, mseLoss, train } from "../../mod.ts";
import { depthNet, type DepthNetOptions, importWeights } from "../../src/vision/mod.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { placesOf, WEIGHTS } from "../support/torchvision_net.ts";

const network = (options: DepthNetOptions = {}) =>
  depthNet({ size: [16, 24], width: 4, blocks: [1, 1, 1, 1], seed: 5, ...options });

const formOf = (model: tf.LayersModel) =>
  placesOf(model).map(({ name, weight }) => `${name} [${weight.shape}]`).sort();

testOnBackends("depthNet: the authors' sizes and names, the same where computed anew", () => {
  const models = [false, true].map((checkpointed) => network({ size: [228, 304], checkpointed }));
  const [plain, anew] = models.map(formOf);
  assertEquals(anew, plain);
  for (
    const weight of [
      "E.layer4.0.downsample.1.running_var [128]",
      "D.conv.weight [1,1,128,64]",
      "D.bn.bias [64]",
      "D.up1.conv1.weight [5,5,64,32]",
      "D.up4.bn1_2.running_mean [4]",
      "MFF.up4.conv2.weight [5,5,128,1]",
      "MFF.up1.conv1_2.weight [3,3,1,1]",
      "MFF.conv.weight [5,5,4,4]",
      "R.conv1.weight [5,5,8,8]",
      "R.bn0.weight [8]",
      "R.conv2.weight [5,5,8,1]",
      "R.conv2.bias [1]",
    ]
  ) assert(plain!.includes(weight), weight);
  const sizes = models[0]!.layers.map(({ name, outputShape }) => `${name} ${outputShape}`);
  for (
    const size of [
      "E.layer1.0.relu ,57,76,16",
      "E.layer4.0.relu ,8,10,128",
      "D.up1.relu ,15,19,32",
      "D.up2.relu ,29,38,16",
      "D.up3.relu ,57,76,8",
      "D.up4.relu ,114,152,4",
      "MFF.up4.relu ,114,152,1",
      "R.conv1 ,114,152,8",
      "R.conv2 ,114,152,1",
    ]
  ) assert(sizes.includes(size), `${size} of ${sizes}`);
  models.forEach((model) => model.dispose());
}, ["cpu"]);

for (const checkpointed of [false, true]) {
  const named = checkpointed ? ", its blocks computed anew" : "";
  testOnBackends(`depthNet: a step trains every layer${named}`, async () => {
    const model = network({ checkpointed });
    const data = {
      x: tf.randomNormal([2, 16, 24, 3], 0, 1, "float32", 1),
      y: tf.randomUniform([2, 8, 12, 1], 1, 9, "float32", 2),
    };
    const valuesOf = () => Promise.all(placesOf(model).map(({ weight }) => weight.read().data()));
    const before = await valuesOf();
    const optimizer = adam(1e-3);
    const steps = { batchSize: 2, epochs: 1, optimizer };
    const loss = (pred: tf.Tensor, target: tf.Tensor) =>
      mseLoss(tf.reshape(pred, [-1, 1]), tf.reshape(target, [-1, 1]));
    const { history } = await train({ model, data, loss, ...steps });
    assert(Number.isFinite(history[0]!.loss));
    const after = await valuesOf();
    placesOf(model).forEach(({ name }, i) => assertNotEquals(after[i], before[i], name));
    tf.dispose(data);
    optimizer.dispose();
    model.dispose();
  }, checkpointed ? ["webgpu"] : ["webgpu", "cpu"]);
}

testOnBackends(
  "depthNet: it is saved and loaded, and a seed makes it again",
  () =>
    inFolder(async (dir) => {
      const model = network({ checkpointed: true });
      await model.save(fileSystem(dir));
      const models = [model, await tf.loadLayersModel(fileSystem(dir)), network()];
      const x = tf.randomNormal([1, 16, 24, 3], 0, 1, "float32", 1);
      const preds = models.map((one) => one.predict(x) as tf.Tensor);
      const [expected, loaded, again] = await Promise.all(preds.map((pred) => pred.data()));
      assertEquals(loaded, expected);
      assertEquals(again, expected);
      const other = network({ seed: 6 });
      const pred = other.predict(x) as tf.Tensor;
      assertNotEquals(await pred.data(), expected);
      tf.dispose([x, preds, pred]);
      [...models, other].forEach((one) => one.dispose());
    }),
  ["cpu"],
);

testOnBackends("depthNet: torchvision's ResNet-50 becomes its encoder", async () => {
  const model = network();
  const rename = (name: string) => `E.${name}`;
  const { imported, missing, leftOver } = await importWeights(model, WEIGHTS, {
    strict: false,
    rename,
  });
  const encoder = placesOf(model).filter(({ name }) => name.startsWith("E."));
  assertEquals(imported.length, encoder.length);
  assert(missing.length > 0 && missing.every((name) => /^(D|MFF|R)\./.test(name)));
  assertEquals(leftOver, ["E.fc.weight", "E.fc.bias"]);
  model.dispose();
}, ["cpu"]);

const REFUSED: readonly [DepthNetOptions, string][] = [
  [{ size: [228] as never }, "size must be rows and columns: current value is "],
  [{ size: [228, 0] }, "size[1] must be an integer >= 1: current value is 0"],
  [{ width: 6 }, "width must be a multiple of 4, of which each stage has a share"],
  [{ blocks: [1, 1, 1] }, "blocks must have 4 numbers: current value has 3"],
  [{ frozenStatistics: "none" as "batch" }, 'frozenStatistics must be "running" or "batch"'],
  [{ units: 1 } as never, "options must be known"],
];

Deno.test("depthNet: what it cannot be made of is refused by name", async () => {
  await use("cpu");
  const before = tf.memory().numTensors;
  for (const [options, reason] of REFUSED) {
    const error = assertThrows(() => network(options), Error, reason);
    assert(error.message.startsWith("Cannot create a network for depths as "), error.message);
  }
  assertEquals(tf.memory().numTensors, before);
});
