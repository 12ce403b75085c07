/**
 * Saves a model's artifacts as tfjs's two files.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { checkReads } from "../webgpu/read.ts";
import { attempt } from "./attempt.ts";
import { sha256 } from "./sha256.ts";
import { removeParts, splitPath, writeWhole } from "./write_whole.ts";

/** What the name of a weights file is after its model's: half of its checksum tells files apart. */
export const WEIGHTS = /^\.([0-9a-f]{32})\.weights\.bin$/;

/** Writes the weights, then the JSON file that names them, then removes what no longer is named. */
export async function saveArtifacts(
  json: string,
  artifacts: tf.io.ModelArtifacts,
): Promise<tf.io.SaveResult> {
  const action = "Cannot save a model";
  const { weightSpecs = [], weightData = [], ...model } = artifacts;
  checkNames(action, weightSpecs);
  checkReads(action);
  const modelArtifactsInfo = tf.io.getModelArtifactsInfoForJSON(artifacts);
  const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  const [folder, file] = splitPath(json);
  const stem = file.slice(0, -".json".length);
  const weights = `${stem}.${(await sha256(data)).slice(0, 32)}.weights.bin`;
  const weightsManifest = [{ paths: [weights], weights: weightSpecs }];
  const text = JSON.stringify({ ...model, weightsManifest });

  await attempt(action, json, async () => {
    await Deno.mkdir(folder, { recursive: true });
    await writeWhole(`${folder}/${weights}`, data);
    await writeWhole(json, new TextEncoder().encode(text));
    const own = (name: string) => name.startsWith(stem) && WEIGHTS.test(name.slice(stem.length));
    for await (const { name } of Deno.readDir(folder)) {
      if (own(name) && name !== weights) await Deno.remove(`${folder}/${name}`);
    }
    await removeParts(folder, (name) => own(name) || name === file);
  });
  return { modelArtifactsInfo };
}

/** tfjs finds weights by name: of two with the same it would lose one. */
function checkNames(action: string, specs: readonly tf.io.WeightsManifestEntry[]): void {
  const seen = new Set<string>();
  for (const { name, group = "model" } of specs) {
    const key = `${group} ${name}`;
    if (seen.has(key)) {
      throw new Error(
        `${action} as its weights must have different names: current value has ${name} twice`,
      );
    }
    seen.add(key);
  }
}
