/**
 * Saves a model's artifacts as tfjs's two files.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { attempt, codeOf, Refusal } from "./attempt.ts";
import type { Host } from "./host.ts";
import { checkReads } from "../webgpu/read.ts";
import { sha256 } from "./sha256.ts";
import { removeFile, removeParts, writeWhole } from "./write_whole.ts";

/** What the name of a weights file is after its model's: half of its checksum tells files apart. */
export const WEIGHTS = /^\.([0-9a-f]{32})\.weights\.bin$/;

/** Writes the weights, then the JSON file that names them, then removes what no longer is named. */
export function saveArtifacts(
  json: string,
  artifacts: tf.io.ModelArtifacts,
): Promise<tf.io.SaveResult> {
  return attempt("Cannot save a model", json, async (host) => {
    const { fs, path } = host;
    const { weightSpecs = [], weightData = [], ...model } = artifacts;
    checkArtifacts(artifacts);
    checkReads("Cannot save a model");
    const modelArtifactsInfo = tf.io.getModelArtifactsInfoForJSON(artifacts);
    const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
    const [folder, file] = [path.dirname(json), path.basename(json)];
    const stem = path.basename(json, ".json");
    const weights = `${stem}.${(await sha256(data)).slice(0, 32)}.weights.bin`;
    const weightsManifest = [{ paths: [weights], weights: weightSpecs }];
    const text = new TextEncoder().encode(JSON.stringify({ ...model, weightsManifest }));

    await fs.mkdir(folder, { recursive: true });
    const isOwn = (name: string) => name.startsWith(stem) && WEIGHTS.test(name.slice(stem.length));
    const before = (await fs.readdir(folder)).filter(isOwn);
    try {
      await writeWhole(host, path.join(folder, weights), data);
      await writeWhole(host, json, text);
    } catch (error) {
      // Weights that no JSON file names are no one's.
      const isNamed = await names(host, json, weights);
      if (!isNamed) await fs.unlink(path.join(folder, weights)).catch(() => {});
      throw error;
    }
    for (const name of before) {
      if (name !== weights) await removeFile(host, path.join(folder, name));
    }
    await removeParts(host, folder, (name) => isOwn(name) || name === file);
    return { modelArtifactsInfo };
  });
}

/** Whether a file that is there, or cannot be read, names another one. */
async function names({ fs }: Host, json: string, weights: string): Promise<boolean> {
  try {
    return (await fs.readFile(json, "utf8")).includes(weights);
  } catch (error) {
    return !["ENOENT", "EISDIR"].includes(codeOf(error) ?? "");
  }
}

/** Neither is a topology in binary text, nor of two weights with one name both are found again. */
function checkArtifacts({ modelTopology, weightSpecs = [] }: tf.io.ModelArtifacts): void {
  if (modelTopology instanceof ArrayBuffer) {
    throw new Refusal("its topology must be JSON", "topology is an ArrayBuffer");
  }
  const seen = new Set<string>();
  for (const { name, group = "model" } of weightSpecs) {
    const key = `${group} ${name}`;
    if (seen.has(key)) {
      throw new Refusal("its weights must have different names", `value has ${name} twice`);
    }
    seen.add(key);
  }
}
