/**
 * Loads a model's artifacts from tfjs's files.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { attempt } from "./attempt.ts";
import { WEIGHTS } from "./save_artifacts.ts";
import { sha256 } from "./sha256.ts";
import { splitPath } from "./write_whole.ts";

const ACTION = "Cannot load a model";

/** Reads the JSON file and the weights that it names. */
export async function loadArtifacts(json: string): Promise<tf.io.ModelArtifacts> {
  for (;;) {
    const text = await attempt(ACTION, json, () => Deno.readTextFile(json));
    try {
      const model = parse(text, json);
      const specs = model.weightsManifest.flatMap(({ weights }) => weights);
      return tf.io.getModelArtifactsForJSONSync(
        model,
        specs,
        await readWeights(model, specs, json),
      );
    } catch (error) {
      // A save that ended meanwhile has removed the weights of the one before.
      const gone = error instanceof Deno.errors.NotFound;
      if (!gone || await Deno.readTextFile(json).catch(() => text) === text) throw error;
    }
  }
}

function parse(text: string, json: string): tf.io.ModelJSON {
  let model: Partial<tf.io.ModelJSON> | null;
  try {
    model = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${ACTION} as the file must hold JSON, whole: current path is ${json}`, {
      cause,
    });
  }
  const { modelTopology, weightsManifest = [] } = model ?? {};
  const isModel = typeof modelTopology === "object" && modelTopology !== null &&
    Array.isArray(weightsManifest) &&
    weightsManifest.every(({ paths, weights }) => Array.isArray(paths) && Array.isArray(weights));
  if (!isModel) {
    throw new Error(
      `${ACTION} as the file must hold a tfjs model, { modelTopology, weightsManifest }: current path is ${json}`,
    );
  }
  return { ...model, weightsManifest } as tf.io.ModelJSON;
}

async function readWeights(
  { weightsManifest }: tf.io.ModelJSON,
  specs: readonly tf.io.WeightsManifestEntry[],
  json: string,
): Promise<ArrayBuffer> {
  const [folder, file] = splitPath(json);
  const stem = file.replace(/\.json$/, "");
  const parts: ArrayBuffer[] = [];
  for (const name of weightsManifest.flatMap(({ paths }) => paths)) {
    const path = `${folder}/${name}`;
    const bytes = await attempt(ACTION, path, () => Deno.readFile(path));
    const stated = name.startsWith(stem) ? WEIGHTS.exec(name.slice(stem.length))?.[1] : undefined;
    const sum = (await sha256(bytes)).slice(0, 32);
    if (stated !== undefined && sum !== stated) {
      throw new Error(
        `${ACTION} as the weights must have the checksum in their name, they are damaged: ` +
          `current sum is ${sum}, of ${bytes.length} bytes in ${path}`,
      );
    }
    parts.push(bytes.buffer);
  }
  const data = tf.io.CompositeArrayBuffer.join(parts);
  // The length of strings is told by the data alone.
  const length = specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  if (data.byteLength !== length && !specs.some(({ dtype }) => dtype === "string")) {
    throw new Error(
      `${ACTION} as the weights must have ${length} bytes: current files have ${data.byteLength}, of ${json}`,
    );
  }
  return data;
}

const BYTES = { float32: 4, int32: 4, bool: 1, complex64: 8, string: 0 };
const QUANTIZED_BYTES = { uint8: 1, uint16: 2, float16: 2 };

function bytesOf({ shape, dtype, quantization }: tf.io.WeightsManifestEntry): number {
  const size = quantization ? QUANTIZED_BYTES[quantization.dtype] : BYTES[dtype];
  return size * tf.util.sizeFromShape(shape);
}
