/** Blocks that are computed anew: the same bits, less memory, each batch once in the statistics. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FeatureSmoothing, fileSystem, type TrainOptions } from "../../mod.ts";
import {
  checkpointed,
  ConvBatchNorm,
  type LayersModel,
  resNet50,
  type ResNet50Options,
} from "../../src/vision/mod.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { peakBytes } from "../support/peak_bytes.ts";
import { trainOn } from "../support/picture_net.ts";
import { bits } from "../support/resumable.ts";

const SHAPE = [8, 8, 3] as const;
const network = (isCheckpointed: boolean, more: Partial<ResNet50Options> = {}) =>
  resNet50({
    ...{ inputShape: SHAPE, units: 1, width: 2, blocks: [2, 1], seed: 3 },
    ...{ checkpointed: isCheckpointed, ...more },
  });

const pictures = () => ({
  x: tf.randomNormal([8, ...SHAPE], 0, 1, "float32", 1),
  y: tf.randomNormal([8, 1], 0, 1, "float32", 2),
});

/** The bytes of all weights by their names; the order of layers in a block's model is its own. */
async function bytesOf(model: LayersModel): Promise<string[]> {
  const all = model.weights.map(async (weight) =>
    `${weight.originalName} ${await bits(weight.read())}`
  );
  return (await Promise.all(all)).sort();
}

// The frozen inside of a block is frozen in the second pass, too.
const PART = ["layer1.1.conv2", "layer2.0.conv1", "fc"];
const RUNS: [string, Partial<TrainOptions>, Partial<ResNet50Options>][] = [
  ["all of it", {}, {}],
  ["of micro-batches", { accumulate: 2, batchSize: 4 }, {}],
  ["a part of a block", { trainable: PART }, {}],
  ["a part, by the batch's statistics", { trainable: PART }, { frozenStatistics: "batch" }],
  ["the first layer, all else frozen", { trainable: "conv1" }, {}],
];
for (const [name, options, more] of RUNS) {
  testOnBackends(`checkpointed: trained, ${name}, the bits are the same`, async () => {
    const data = pictures();
    const models = [network(false, more), network(true, more)];
    for (const model of models) await trainOn(model, data, { batchSize: 4, ...options });
    const [plain, anew] = await Promise.all(models.map(bytesOf));
    assertEquals(anew, plain);
    tf.dispose(data);
    models.forEach((model) => model.dispose());
  }, ["webgpu", "cpu"]);
}

testOnBackends("checkpointed: a chain of blocks keeps their ends and one inside", () => {
  const [size, channels, count] = [16, 4, 6];
  const chain = (wrap: (block: LayersModel) => LayersModel) => {
    const input = tf.input({ shape: [size, size, channels] });
    let x = input;
    for (let i = 0; i < count; i++) {
      const layers = [1, 2, 3, 4].map(() =>
        new ConvBatchNorm({
          ...{ filters: channels, kernelSize: 1, seed: i },
          inputShape: [size, size, channels],
        })
      );
      x = wrap(tf.sequential({ layers })).apply(x) as tf.SymbolicTensor;
    }
    return tf.model({ inputs: input, outputs: x });
  };
  const x = tf.randomNormal([4, size, size, channels], 0, 1, "float32", 1);
  const peakOf = (model: LayersModel) => {
    const peak = peakBytes(() => {
      const { value, grads } = tf.variableGrads(() =>
        tf.mean(model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar
      );
      tf.dispose([value, grads]);
    });
    model.dispose();
    return peak / (x.size * 4);
  };
  const [plain, anew] = [peakOf(chain((block) => block)), peakOf(chain(checkpointed))];
  // Of a layer its convolution, its output and the gradient of that; of a block its output.
  assert(plain > 3 * 4 * count && plain < 3 * 4 * count + 6, `${plain}`);
  assert(anew < count + 4 * 4 + 6, `${anew}`);
  x.dispose();
}, ["webgpu"]); // elsewhere the operations of a layer have more between

testOnBackends(
  "checkpointed: saved and loaded it is the same, and still computed anew",
  () =>
    inFolder(async (dir) => {
      const model = network(true);
      await model.save(fileSystem(dir));
      const loaded = await tf.loadLayersModel(fileSystem(dir));
      assertEquals(await bytesOf(loaded), await bytesOf(model));
      assertEquals(loaded.getLayer("layer1.1").getClassName(), "Checkpointed");
      const { x, y } = pictures();
      const [found, expected] = [loaded, model].map((one) => one.predict(x) as tf.Tensor);
      assertEquals(await found!.data(), await expected!.data());
      tf.dispose([x, y, found!, expected!]);
      [model, loaded].forEach((one) => one.dispose());
    }),
  ["cpu"],
);

const REFUSED: [string, () => unknown, string][] = [
  ["no model", () => ({}), "block must be a tf.LayersModel: current value is {}"],
  [
    "dropout",
    () =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 2, inputShape: [2] }),
          tf.sequential({
            layers: [tf.layers.dropout({ name: "drop", rate: 0.5, inputShape: [2] })],
          }),
        ],
      }),
    'must be the same when it is called again: current ones have "drop", a Dropout',
  ],
  [
    "tfjs's batch normalization",
    () =>
      tf.sequential({ layers: [tf.layers.batchNormalization({ name: "bn", inputShape: [2] })] }),
    'current ones have "bn", a BatchNormalization',
  ],
  [
    "dropout within a layer",
    () => {
      const layer = tf.layers.dropout({ rate: 0.5 });
      const within = tf.layers.timeDistributed({ name: "times", layer, inputShape: [3, 2] });
      return tf.sequential({ layers: [within] });
    },
    'current ones have "times", a TimeDistributed',
  ],
  [
    "a cell's dropout",
    () => {
      const cell = [tf.layers.lstmCell({ units: 2, recurrentDropout: 0.5 })];
      const recurrent = tf.layers.rnn({ name: "cells", cell, inputShape: [3, 2] });
      return tf.sequential({ layers: [recurrent] });
    },
    'current ones have "cells", a RNN',
  ],
  [
    "a state",
    () => {
      const shape = { batchInputShape: [1, 3, 2] };
      const gru = tf.layers.gru({ name: "gru", units: 2, stateful: true, ...shape });
      return tf.sequential({ layers: [gru] });
    },
    'current ones have "gru", a GRU',
  ],
  [
    "feature smoothing",
    () => {
      const input = tf.input({ shape: [2] });
      const smooth = new FeatureSmoothing({ bins: 2, name: "fds" }).apply(input);
      return tf.model({ inputs: input, outputs: smooth as tf.SymbolicTensor });
    },
    'current ones have "fds", a FeatureSmoothing',
  ],
  [
    "two outputs",
    () => {
      const input = tf.input({ shape: [2] });
      const twice = tf.layers.reLU().apply(input) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: [input, twice] });
    },
    "block must have one output: current number is 2",
  ],
];

Deno.test("checkpointed: what would not be the same twice is refused by name", async () => {
  await use("cpu");
  for (const [name, make, reason] of REFUSED) {
    const block = make() as LayersModel;
    const error = assertThrows(() => checkpointed(block), TypeError, reason, name);
    assert(error.message.startsWith("Cannot make a block that is computed anew as "), name);
  }
});
