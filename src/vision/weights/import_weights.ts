/**
 * Weights of other programs.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { checkBoolean } from "../../check/check_boolean.ts";
import { checkOptions } from "../../check/check_options.ts";
import { shown } from "../../check/shown.ts";
import { checkPath } from "../../files/check_path.ts";
import type { StoredTensor } from "../../files/element_types.ts";
import type { LayersModel } from "../../tensor.ts";
import { readWeights } from "./read_weights.ts";
import { type WeightPlace, weightPlaces } from "./weight_places.ts";

/** Which weights are imported. */
export interface ImportWeightsOptions {
  /**
   * Layers that keep their weights, by name: of what others have trained, all but the last, say.
   * Default none.
   */
  readonly except?: string | readonly string[] | undefined;
  /**
   * Whether it is an error if the model has weights that the file has not, or the file has such
   * that the model has not. Default true.
   */
  readonly strict?: boolean | undefined;
  /**
   * The model's name of what has this name in the file; undefined to leave it out. Default the
   * same.
   */
  readonly rename?: (name: string) => string | undefined;
}

/** What has been imported, by the names of PyTorch. */
export interface ImportedWeights {
  /** What the model has from the file. */
  readonly imported: readonly string[];
  /** What the file has not: the model keeps its own. */
  readonly missing: readonly string[];
  /** What the model has not, and what layers have of which it was told to leave them alone. */
  readonly leftOver: readonly string[];
}

const IMPORT = "Cannot import weights";

/**
 * Gives a model the weights of a file that another program has written.
 *
 * Choose it for torchvision's weights and the authors' checkpoints: files of `torch.save` in both
 * of its formats, where a state dict is by itself or the `state_dict` of a checkpoint, and
 * safetensors of anybody. A `module.` before all names, as of PyTorch's DataParallel, is left out,
 * and so are counts of batches (`num_batches_tracked`). No code of a file is run. In Deno, and in
 * Node from 20.16 on; Deno needs `--allow-read`.
 *
 * A layer's weights have its name in the file, as `fc.weight`; of {@linkcode ConvBatchNorm} those
 * of the normalization have the name `norm` of its config. The authors' networks for ages name the
 * last layer otherwise: `rename: (name) => name.replace("linear.", "fc.")`. Names and shapes must
 * be the model's, numbers must be floating-point. All is checked before a weight is changed.
 *
 * @param model Whose convolutions, batch normalizations and dense layers get the weights. A dense
 * layer behind `tf.layers.flatten` has its inputs in another order than PyTorch's: rows, columns,
 * channels.
 * @param path The file. No URL.
 * @param options Which weights.
 * @returns What was imported, what was missing and what was left over.
 * @throws {TypeError} If an argument, a shape or the kind of its numbers is wrong; or the model has
 * a layer with weights that files of PyTorch have not.
 * @throws {RangeError} If names do not match: with `strict`, any; without, all.
 * @throws {Error} If the file cannot be read, or is not whole.
 *
 * @example A safetensors file
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { importWeights } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const header = JSON.stringify({
 *   "head.weight": { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
 *   "head.bias": { dtype: "F32", shape: [1], data_offsets: [8, 12] },
 * });
 * const length = new BigUint64Array([BigInt(header.length)]);
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, new Blob([length, header, new Float32Array([2, 3, 4])]).stream());
 *
 * const head = tf.layers.dense({ name: "head", units: 1, inputShape: [2] });
 * const model = tf.sequential({ layers: [head] });
 * const { imported } = await importWeights(model, path);
 * assertEquals(imported, ["head.weight", "head.bias"]);
 * assertEquals([...await (model.predict(tf.ones([1, 2])) as tf.Tensor).data()], [9]);
 * await Deno.remove(path);
 * ```
 */
export async function importWeights(
  model: LayersModel,
  path: string,
  options: ImportWeightsOptions = {},
): Promise<ImportedWeights> {
  const { except, strict, rename } = checkOptionsOf(options);
  if (!(model instanceof tfl.LayersModel)) {
    throw new TypeError(
      `${IMPORT} as model must be a tf.LayersModel: current value is ${shown(model)}`,
    );
  }
  checkPath(path, `${IMPORT} as path`);
  const places = weightPlaces(model, IMPORT);
  checkNames(except, places);
  const wanted = places.filter(({ layer }) => !except.includes(layer.name));
  const left = new Set(places.filter((place) => !wanted.includes(place)).map(({ name }) => name));
  const tensors = await readWeights(IMPORT, path, rename);
  const missing = wanted.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  const found = wanted.filter(({ name }) => tensors.has(name));
  const imported = found.map(({ name }) => name);
  const leftOver = [...tensors.keys()].filter((name) => !imported.includes(name));
  const strange = leftOver.filter((name) => !left.has(name));
  if (imported.length === 0 || (strict && missing.length + strange.length > 0)) {
    throw new RangeError(
      `${IMPORT} as the names of the file must be those of the model, all or with strict: false ` +
        `some: current model misses ${listed(missing)}, and has no ${listed(strange)}`,
    );
  }
  found.forEach((place) => checkTensor(place, tensors.get(place.name)!));
  assign(found, tensors);
  return { imported, missing, leftOver };
}

function checkOptionsOf(options: ImportWeightsOptions) {
  checkOptions(options, ["except", "strict", "rename"], IMPORT);
  const { except = [], strict = true, rename = (name: string) => name } = options;
  const names = typeof except === "string" ? [except] : except;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw new TypeError(
      `${IMPORT} as except must be names of layers: current value is ${shown(except)}`,
    );
  }
  checkBoolean(strict, "strict", IMPORT);
  if (typeof rename !== "function") {
    throw new TypeError(
      `${IMPORT} as rename must be a function: current value is ${shown(rename)}`,
    );
  }
  return { except: names as readonly string[], strict, rename };
}

function checkNames(except: readonly string[], places: readonly WeightPlace[]): void {
  const names = [...new Set(places.map(({ layer }) => layer.name))];
  const strange = except.find((name) => !names.includes(name));
  if (strange === undefined) return;
  throw new RangeError(
    `${IMPORT} as except must name layers with weights [${names}]: ` +
      `current value has ${shown(strange)}`,
  );
}

function checkTensor({ name, weight, axes }: WeightPlace, tensor: StoredTensor): void {
  const { dtype, shape } = tensor;
  const expected = axes ? axes.map((_, i) => weight.shape[axes.indexOf(i)]) : weight.shape;
  if (`${shape}` !== `${expected}`) {
    throw new TypeError(
      `${IMPORT} as ${name} must have shape [${expected}]: current shape is [${shape}]`,
    );
  }
  if (["F32", "F16", "BF16", "F64"].includes(dtype)) return;
  throw new TypeError(
    `${IMPORT} as ${name} must be of [F32,F16,BF16,F64]: current type is ${dtype}`,
  );
}

function assign(places: readonly WeightPlace[], tensors: ReadonlyMap<string, StoredTensor>): void {
  for (const { weight, name, axes } of places) {
    tf.tidy(() => {
      const tensor = tensors.get(name)!.read();
      weight.write(axes ? tf.transpose(tensor, [...axes]) : tensor);
    });
  }
}

/** Names in an error: a checkpoint of another network has hundreds. */
function listed(names: readonly string[]): string {
  const more = names.length > 4 ? `,... of ${names.length}` : "";
  return `[${names.slice(0, 4)}${more}]`;
}
