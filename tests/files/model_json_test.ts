/** Models as files: JSON that is no model is refused by what is wrong in it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { inFolder } from "../support/in_folder.ts";

const good = { name: "w", shape: [2], dtype: "float32" };
const model = (weightsManifest: unknown) => ({ modelTopology: {}, weightsManifest });
const weight = (more: object) => model([{ paths: ["w"], weights: [{ ...good, ...more }] }]);
const quantized = (quantization: unknown, more = {}) => weight({ quantization, ...more });

const MODEL = "must hold a tfjs model, { modelTopology, weightsManifest }";

Deno.test("fileSystem: JSON that is no model is refused by what is wrong", () =>
  inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/w`, new Uint8Array(8));
    const rules: [unknown, string][] = [
      [[], MODEL],
      ["model", MODEL],
      [7, MODEL],
      [{ modelTopology: null, weightsManifest: [] }, MODEL],
      [{ modelTopology: "text" }, MODEL],
      [model(null), MODEL],
      [model({}), MODEL],
      [model([null]), "a group of which has { paths, weights }: current value is null"],
      [model([[]]), "a group of which has { paths, weights }: current value is []"],
      [model([{ paths: ["w"] }]), "a group of which has { paths, weights }: current value is"],
      [model([{ paths: "w", weights: [] }]), "a group of which has { paths, weights }"],
      [model([{ paths: [null], weights: [] }]), "paths are names of files: current value is null"],
      [model([{ paths: [1], weights: [] }]), "whose paths are names of files: current value is 1"],
      [
        model([{ paths: [""], weights: [] }]),
        'whose paths are names of files: current value is ""',
      ],
      [model([{ paths: [], weights: [null] }]), "whose weight has a name: current value is null"],
      [weight({ name: 3 }), "whose weight has a name: current value is { name, shape, dtype }"],
      [
        weight({ shape: null }),
        "whose weight w has a shape of whole numbers: current value is null",
      ],
      [weight({ shape: 2 }), "a shape of whole numbers: current value is 2"],
      [weight({ shape: [null] }), "a shape of whole numbers: current value is [null]"],
      [weight({ shape: [-2] }), "a shape of whole numbers: current value is [-2]"],
      [weight({ shape: [-1, -2] }), "a shape of whole numbers: current value is [-1, -2]"],
      [weight({ shape: [0.5, 4] }), "a shape of whole numbers: current value is [0.5, 4]"],
      [weight({ shape: ["2"] }), 'a shape of whole numbers: current value is ["2"]'],
      [weight({ shape: [1e10, 1e10] }), "a shape of whole numbers: current value is"],
      [
        weight({ dtype: "float16" }),
        'w has a dtype of [float32,int32,bool,complex64,string]: current value is "float16"',
      ],
      [weight({ dtype: "toString" }), 'current value is "toString"'],
      [weight({ dtype: undefined }), "current value is undefined"],
      [quantized(null), "w has a quantization of [uint8,uint16,float16]: current value is null"],
      [quantized("uint8"), 'a quantization of [uint8,uint16,float16]: current value is "uint8"'],
      [quantized({}), "a quantization of [uint8,uint16,float16]: current value is {}"],
      [quantized({ dtype: "int8" }), 'current value is "int8"'],
      [
        quantized({ dtype: "uint8" }),
        "with uint8 numbers { scale, min }: current value is { dtype }",
      ],
      [quantized({ dtype: "uint16", scale: "1", min: 0 }), "with uint16 numbers { scale, min }"],
      [
        quantized({ dtype: "float16" }, { dtype: "int32" }),
        'with float16 a dtype of [float32]: current value is "int32"',
      ],
      [
        quantized({ dtype: "uint8", scale: 1, min: 0 }, { dtype: "bool" }),
        "a dtype of [float32,int32]",
      ],
    ];
    const path = `${dir}/model.json`;
    for (const [value, message] of rules) {
      await Deno.writeTextFile(path, JSON.stringify(value));
      const error = await assertRejects(() => fileSystem(path).load!(), Error, message, message);
      assert(error.message.startsWith(`Cannot load a model as the file ${MODEL}`), error.message);
    }
  }));

Deno.test("fileSystem: a byte order mark is no matter; text of another encoding is refused", () =>
  inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/w`, new Uint8Array(8));
    const path = `${dir}/model.json`;
    const text = JSON.stringify({ ...weight({}), userDefinedMetadata: { name: "σ²" } });
    await Deno.writeTextFile(path, `\uFEFF${text}`);
    const { userDefinedMetadata } = await fileSystem(path).load!();
    assertEquals(userDefinedMetadata, { name: "σ²" });
    const utf16 = new Uint8Array(
      new Uint16Array([...`\uFEFF${text}`].map((c) => c.charCodeAt(0))).buffer,
    );
    const latin1 = new Uint8Array([...text.replace("σ", "s")].map((c) => c.charCodeAt(0)));
    for (const bytes of [utf16, latin1, new Uint8Array(0), new Uint8Array(9)]) {
      await Deno.writeFile(path, bytes);
      await assertRejects(
        () => fileSystem(path).load!(),
        Error,
        `Cannot load a model as the file must hold JSON, whole: current path is ${path}`,
      );
    }
  }));
