/** Weights of every format that PyTorch and others write; and files that are refused, with the reason. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { unzipSync, zipSync } from "fflate";
import { attempt } from "../../src/files/attempt.ts";
import { readStored } from "../../src/files/safetensors.ts";
import {
  ConvBatchNorm,
  importWeights,
  type ImportWeightsOptions,
  type LayersModel,
  resNet50,
} from "../../src/vision/mod.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { foreignSafetensors } from "../support/foreign_safetensors.ts";
import { inFolder } from "../support/in_folder.ts";
import { assertNear } from "../support/near.ts";

const FOLDER = "tests/fixtures/resnet50";
const NAMES = [
  ...["conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"],
  ...["fc.weight", "fc.bias"],
];

/** The network of which the fixture has the weights in every format. */
function tiny({ units = 3, head = "fc", norm = "bn1" } = {}): LayersModel {
  const convolution = { name: "conv1", norm, filters: 4, kernelSize: 3, strides: 2 };
  return tf.sequential({
    layers: [
      new ConvBatchNorm({ ...convolution, inputShape: [5, 5, 2] }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ name: head, units }),
    ],
  });
}

const path = `${FOLDER}/tiny.safetensors`;
const stored = await attempt("Cannot read", path, (host) => readStored(host, path));

async function assertIsTorchs(model: LayersModel): Promise<void> {
  const [x, truth] = stored.map(({ read }) => read());
  const found = model.predict(x!) as tf.Tensor;
  assertNear(await found.data(), await truth!.data(), 1e-6);
  tf.dispose([x!, truth!, found]);
}

const FILES = ["zip.pth.tar", "stream.pth.tar", "strides.pth", "types.safetensors"];
for (const file of FILES) {
  testOnBackends(`importWeights: ${file}`, async () => {
    const model = tiny();
    const { imported, missing, leftOver } = await importWeights(model, `${FOLDER}/${file}`);
    assertEquals([imported, missing, leftOver], [NAMES, [], []]);
    await assertIsTorchs(model);
    model.dispose();
  }, file === "strides.pth" ? ["cpu", "webgpu"] : ["cpu"]);
}

testOnBackends("importWeights: layers of tfjs's, one in a model of its own", async () => {
  const inner = tf.sequential({
    layers: [
      tf.layers.zeroPadding2d({ padding: 1, inputShape: [5, 5, 2] }),
      tf.layers.conv2d({ name: "conv1", filters: 4, kernelSize: 3, strides: 2, useBias: false }),
      tf.layers.batchNormalization({ name: "bn1", epsilon: 1e-5 }),
    ],
  });
  const model = tf.sequential({
    layers: [
      inner,
      tf.layers.reLU(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ name: "fc", units: 3 }),
    ],
  });
  await importWeights(model, `${FOLDER}/zip.pth.tar`);
  await assertIsTorchs(model);
  model.dispose();
}, ["cpu"]);

testOnBackends("importWeights: other names, a part, and what is told of it", async () => {
  const file = `${FOLDER}/zip.pth.tar`;
  const some = NAMES.slice(0, 5);
  const told = async (model: LayersModel, options: ImportWeightsOptions) => {
    const found = await importWeights(model, file, options);
    model.dispose();
    return found;
  };
  const head = ["fc.weight", "fc.bias"];
  assertEquals(
    await told(tiny({ units: 1 }), { except: "fc" }),
    { imported: some, missing: [], leftOver: head },
  );
  const rename = (name: string) => name.startsWith("fc") ? name.replace("fc", "linear") : name;
  assertEquals(
    await told(tiny({ head: "linear" }), { rename }),
    { imported: [...some, "linear.weight", "linear.bias"], missing: [], leftOver: [] },
  );
  assertEquals(
    await told(tiny({ head: "linear" }), { strict: false }),
    { imported: some, missing: ["linear.weight", "linear.bias"], leftOver: head },
  );
  const without = (name: string) => name.startsWith("fc") ? undefined : name;
  assertEquals(
    await told(tiny({ units: 1 }), { except: ["fc"], rename: without }),
    { imported: some, missing: [], leftOver: [] },
  );
}, ["cpu"]);

const zip = await Deno.readFile(`${FOLDER}/zip.pth.tar`);
const stream = await Deno.readFile(`${FOLDER}/stream.pth.tar`);
const types = await Deno.readFile(`${FOLDER}/types.safetensors`);
const members = unzipSync(zip);
const pickle = members[Object.keys(members).find((name) => name.endsWith("/data.pkl"))!]!;
const bytes = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
const text = (value: string) => new TextEncoder().encode(value);

const FILES_REFUSED: [string, Uint8Array, string][] = [
  ["an empty file", new Uint8Array(0), "the file must be of torch.save or a safetensors file"],
  ["text", text("a,b\n1,2\n"), "the file must be of torch.save or a safetensors file"],
  ["half a zip", zip.slice(0, zip.length / 2), "its zip archive must be whole: current failure is"],
  ["a zip of another kind", zipSync({ a: text("b") }), "an archive of torch.save, with data.pkl"],
  [
    "a zip without a storage",
    zipSync({ "a/data.pkl": pickle }),
    "it must have the 288 bytes of the storage 0: current number is 0",
  ],
  [
    "a zip with half a pickle",
    zipSync({ "a/data.pkl": pickle.slice(0, 90) }),
    "its pickle must be whole: current failure is",
  ],
  [
    "numbers of another order",
    zipSync({ "a/data.pkl": pickle, "a/byteorder": text("big") }),
    "its numbers must be little-endian",
  ],
  [
    "a pickle that would run a program",
    zipSync({ "a/data.pkl": bytes("\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.") }),
    "it must hold one state dict",
  ],
  ["a stream without its end", stream.slice(0, -9), "it must have its storage"],
  ["a stream without its storages", stream.slice(0, -900), "it must have its storage"],
  ["half a pickle", stream.slice(0, 500), "its pickle must be whole: current failure is"],
  ["half a safetensors file", types.slice(0, -1), "bytes of tensors that its header states"],
  ["half a header", types.slice(0, 99), "it must have the length that it states"],
];

Deno.test("importWeights: a file that is none is refused, and the model stays", async (t) => {
  await use("cpu");
  const model = tiny();
  const before = tf.memory().numTensors;
  for (const [name, bytes, reason] of FILES_REFUSED) {
    await t.step(name, () =>
      inFolder(async (dir) => {
        await Deno.writeFile(`${dir}/file`, bytes);
        const error = await assertRejects(() => importWeights(model, `${dir}/file`), Error, reason);
        assert(error.message.startsWith("Cannot import weights as "), error.message);
        assertEquals(tf.memory().numTensors, before);
      }));
  }
  model.dispose();
});

const REFUSED: [string, () => LayersModel, string, ImportWeightsOptions, ErrorClass, string][] = [
  [
    "a model by itself",
    tiny,
    "model.pth",
    {},
    Error,
    "it must hold one state dict, by itself or as state_dict",
  ],
  [
    "another number of outputs",
    () => tiny({ units: 1 }),
    "zip.pth.tar",
    {},
    TypeError,
    "fc.weight must have shape [1,4]: current shape is [3,4]",
  ],
  [
    "another network",
    () => resNet50({ inputShape: [32, 32, 3], units: 1, width: 4, blocks: [1, 1] }),
    "zip.pth.tar",
    {},
    RangeError,
    "current model misses [layer1.0.conv1.weight,layer1.0.bn1.weight,layer1.0.bn1.bias," +
    "layer1.0.bn1.running_mean,... of 40], and has no []",
  ],
  [
    "one more layer in the file",
    () => tf.sequential({ layers: [tf.layers.dense({ name: "fc", units: 3, inputShape: [4] })] }),
    "zip.pth.tar",
    {},
    RangeError,
    "current model misses [], and has no [conv1.weight,bn1.weight,bn1.bias,bn1.running_mean,... of 5]",
  ],
  [
    "no name that the model has, though not strict",
    () => tf.sequential({ layers: [tf.layers.dense({ name: "a", units: 3, inputShape: [4] })] }),
    "zip.pth.tar",
    { strict: false },
    RangeError,
    "current model misses [a.weight,a.bias], and has no [conv1.weight,",
  ],
  [
    "a layer that PyTorch's files have not",
    () => tf.sequential({ layers: [tf.layers.prelu({ inputShape: [4] })] }),
    "zip.pth.tar",
    {},
    TypeError,
    "must be of [ConvBatchNorm,Conv2D,Dense,BatchNormalization]: current model has p_re_lu",
  ],
  [
    "an exception that is no layer",
    tiny,
    "zip.pth.tar",
    { except: ["head"] },
    RangeError,
    'except must name layers with weights [conv1,fc]: current value has "head"',
  ],
  [
    "two of one name",
    tiny,
    "zip.pth.tar",
    { rename: () => "fc.weight" },
    RangeError,
    "rename must keep names apart: current name of two is fc.weight",
  ],
  [
    "a name that is a number",
    tiny,
    "zip.pth.tar",
    { rename: () => 3 as unknown as string },
    TypeError,
    "rename must return text or undefined: current value of conv1.weight is 3",
  ],
  ["no file", tiny, "none.pth", {}, Error, "the file or its folder must exist"],
];
type ErrorClass = ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor;

Deno.test("importWeights: whole numbers are no weights", () =>
  inFolder(async (dir) => {
    await use("cpu");
    const model = tf.sequential({
      layers: [tf.layers.dense({ name: "fc", units: 1, inputShape: [2] })],
    });
    const file = foreignSafetensors({
      "fc.weight": ["F32", [1, 2], Float32Array.of(1, 2)],
      "fc.bias": ["I32", [1], Int32Array.of(3)],
    });
    await Deno.writeFile(`${dir}/file`, file);
    await assertRejects(
      () => importWeights(model, `${dir}/file`),
      TypeError,
      "fc.bias must be of [F32,F16,BF16,F64]: current type is I32",
    );
    assertEquals([...await model.getWeights()[1]!.data()], [0]);
    model.dispose();
  }));

Deno.test("importWeights: what does not go together is refused by name", async (t) => {
  await use("cpu");
  for (const [name, make, file, options, kind, reason] of REFUSED) {
    await t.step(name, async () => {
      const model = make();
      const before = await Promise.all(model.getWeights().map((weight) => weight.data()));
      const act = () => importWeights(model, `${FOLDER}/${file}`, options);
      const error = await assertRejects(act, kind, reason);
      assert(error.message.startsWith("Cannot import weights as "), error.message);
      assertEquals(await Promise.all(model.getWeights().map((weight) => weight.data())), before);
      model.dispose();
    });
  }
});
