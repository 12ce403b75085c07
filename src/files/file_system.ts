/**
 * Models as files.
 *
 * @module
 */
import type { IOHandler } from "../tensor.ts";
import { checkPath } from "./check_path.ts";
import { loadArtifacts } from "./load_artifacts.ts";
import { saveArtifacts } from "./save_artifacts.ts";

/**
 * Saves a model to files and loads it back, bit for bit, in Deno and in Node from 20.16 on: tfjs
 * itself has no `file://` under either.
 *
 * The files are those of tfjs: `model.json`, which browsers and tfjs-node read as well, and the
 * weights beside it. A save is whole or has not happened, whatever is killed: the weights' file is
 * named by its own checksum, and `model.json`, which names it, is replaced last, at once. So
 * topology and weights are never of two saves. What a later save leaves without use it removes;
 * one process at a time may save to a path.
 *
 * Loads what other programs have saved or converted, too: several weight files, quantized weights.
 * Weights are read from the model's own folder alone, links followed, and only where they have the
 * size that `model.json` says. Deno needs `--allow-read` and, to save, `--allow-write`.
 *
 * @param path A folder, which is made if missing, or the path of the `.json` file in one: several
 * models of one folder differ in its name. No URL.
 * @returns What `model.save`, `tf.loadLayersModel` and `tf.loadGraphModel` take. Saving and loading
 * reject with an `Error`: if a file is missing, is not permitted, is not of a model, or is not what
 * was saved; or two weights have the same name. Where the file system is the cause, its error is
 * the `cause`, and `code` is its code, `"ENOENT"` say: the same in Deno and Node.
 * @throws {TypeError} If the path is not a string, empty, or a URL.
 *
 * @example Save and load
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { fileSystem } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
 * await model.save(fileSystem(`${dir}/model`));
 *
 * const loaded = await tf.loadLayersModel(fileSystem(`${dir}/model`));
 * assertEquals(await loaded.getWeights()[0]!.data(), await model.getWeights()[0]!.data());
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export function fileSystem(path: string): IOHandler {
  checkPath(path, "Cannot reach a model as path");
  const json = path.endsWith(".json") ? path : `${path.replace(/[/\\]+$/, "")}/model.json`;
  return { save: (artifacts) => saveArtifacts(json, artifacts), load: () => loadArtifacts(json) };
}
