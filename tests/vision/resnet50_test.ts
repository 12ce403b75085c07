/** ResNet-50: its form, its names, its initial weights. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type LayersModel, resNet50, type ResNet50Options } from "../../src/vision/mod.ts";
import { use } from "../support/backends.ts";
import { placesOf } from "../support/torchvision_net.ts";

const SHAPE = [32, 48, 3] as const;
const network = (options: Partial<ResNet50Options> = {}) =>
  resNet50({ inputShape: SHAPE, units: 2, width: 2, blocks: [2, 1, 1, 1], seed: 5, ...options });

/** Names in PyTorch and shapes of all weights, sorted. */
const formOf = (model: LayersModel) =>
  placesOf(model).map(({ name, weight }) => `${name} [${weight.shape}]`).sort();

Deno.test("resNet50: it has torchvision's names, the same where blocks are computed anew", async () => {
  await use("cpu");
  const models = [network(), network({ checkpointed: true })];
  const [plain, anew] = models.map(formOf);
  assertEquals(anew, plain);
  for (
    const weight of [
      "conv1.weight [7,7,3,2]",
      "bn1.running_var [2]",
      "layer1.0.downsample.0.weight [1,1,2,8]",
      "layer1.1.conv2.weight [3,3,2,2]",
      "layer2.0.downsample.1.running_mean [16]",
      "layer4.0.conv3.weight [1,1,16,64]",
      "fc.weight [64,2]",
      "fc.bias [2]",
    ]
  ) assert(plain!.includes(weight), weight);
  // Five weights a convolution, three a block and one past the first of a stage.
  assertEquals(plain!.length, 5 * (1 + 3 * 5 + 4) + 2);
  const sizes = models[0]!.layers.map(({ name, outputShape }) => `${name} ${outputShape}`);
  for (
    const size of ["conv1 ,16,24,2", "maxpool ,8,12,2", "layer1.1.relu ,8,12,8", "avgpool ,64"]
  ) assert(sizes.includes(size), `${size} of ${sizes}`);
  models.forEach((model) => model.dispose());
});

Deno.test("resNet50: a seed makes the weights the same, and each layer's its own", async () => {
  await use("cpu");
  const values = async (options: Partial<ResNet50Options>) => {
    const model = network(options);
    const layers = ["layer1.1.conv1", "layer1.1.conv3", "layer2.0.conv2", "fc"];
    const tensors = layers.flatMap((name) => model.getLayer(name).getWeights()[0]!);
    const found = await Promise.all(tensors.map((tensor) => tensor.data()));
    model.dispose();
    return found;
  };
  const first = await values({});
  assertEquals(await values({}), first);
  assertNotEquals(await values({ seed: 6 }), first);
  assertNotEquals(await values({ seed: 0 }), first);
  // In units of their own deviation no two layers begin alike.
  const starts = first.map((kernel) => (kernel[1]! / kernel[0]!).toFixed(5));
  assertEquals(new Set(starts).size, starts.length);
});

const REFUSED: [Partial<ResNet50Options>, string][] = [
  [{ inputShape: [32, 32] as never }, "inputShape must have 3 numbers: current value has 2"],
  [{ inputShape: [32, 0, 3] }, "inputShape[1] must be an integer >= 1: current value is 0"],
  [{ units: 0 }, "units must be an integer >= 1: current value is 0"],
  [{ blocks: [] }, "blocks must have at least 1 numbers: current value has 0"],
  [{ blocks: [1, 0] }, "blocks[1] must be an integer >= 1: current value is 0"],
  [{ seed: 2 ** 33 }, "seed must be an integer >= -4294967296 and <= 4294967296"],
  [{ depth: 50 } as never, 'options must be known, did you mean width: current value has "depth"'],
];

Deno.test("resNet50: what it cannot be made of is refused by name", () => {
  const before = tf.memory().numTensors;
  for (const [options, reason] of REFUSED) {
    const error = assertThrows(() => network(options), Error, reason);
    assert(error.message.startsWith("Cannot create a ResNet-50 as "), error.message);
  }
  assertEquals(tf.memory().numTensors, before);
});
