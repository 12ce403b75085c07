/**
 * Loads a model's artifacts from tfjs's files.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { attempt, codeOf, Refusal } from "./attempt.ts";
import type { Host } from "./host.ts";
import { bytesIn, bytesOf, checkLength, parseModel } from "./model_json.ts";
import { withFile } from "./read_file.ts";
import { WEIGHTS } from "./save_artifacts.ts";
import { sha256 } from "./sha256.ts";

const ACTION = "Cannot load a model";

/** Reads the JSON file and the weights that it names, which must be in its folder. */
export function loadArtifacts(json: string): Promise<tf.io.ModelArtifacts> {
  return attempt(ACTION, json, async (host) => {
    for (;;) {
      const text = await readJson(host, json);
      const model = parseModel(text);
      try {
        const specs = model.weightsManifest.flatMap(({ weights }) => weights);
        const data = await readWeights(host, json, model);
        return tf.io.getModelArtifactsForJSONSync(model, specs, data);
      } catch (error) {
        // A save that ended meanwhile has removed the weights of the one before.
        const isGone = codeOf(error) === "ENOENT";
        if (!isGone || same(await readJson(host, json).catch(() => text), text)) throw error;
      }
    }
  });
}

function readJson(host: Host, json: string): Promise<Uint8Array> {
  return withFile(host, json, (file) => {
    checkLength(file.size);
    return file.read(0, file.size);
  });
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A file of weights, found but not read. */
interface WeightsFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

async function readWeights(
  host: Host,
  json: string,
  { weightsManifest }: tf.io.ModelJSON,
): Promise<ArrayBuffer> {
  const files: WeightsFile[] = [];
  for (const { paths } of weightsManifest) {
    for (const name of paths) files.push(await find(host, json, name));
  }
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  checkSize(json, size, bytesOf(specs));
  const parts: ArrayBuffer[] = [];
  for (const file of files) parts.push(await readPart(host, json, file));
  const data = tf.io.CompositeArrayBuffer.join(parts);
  checkSize(json, size, bytesIn(specs, data));
  return data;
}

function checkSize(json: string, size: number, expected = size): void {
  if (size === expected) return;
  throw new Refusal(`the weights must have ${expected} bytes`, `files have ${size}, of ${json}`);
}

/** No manifest leads out of its folder, neither by a path nor by a link. */
function find(host: Host, json: string, name: string): Promise<WeightsFile> {
  const { fs, path } = host;
  const folder = path.dirname(json);
  const joined = path.join(folder, name);
  return attempt(ACTION, joined, async () => {
    checkInside(path.isAbsolute(name) ? ".." : path.normalize(name));
    const real = await fs.realpath(joined);
    checkInside(path.relative(await fs.realpath(folder), real));
    const size = await withFile(host, real, (file) => Promise.resolve(file.size));
    return { name, path: real, size };
  });

  function checkInside(relative: string): void {
    if (relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative)) return;
    throw new Refusal(
      "the weights must be in the folder of their model, links followed",
      `path is ${name}, of ${json}`,
    );
  }
}

function readPart(host: Host, json: string, file: WeightsFile): Promise<ArrayBuffer> {
  return attempt(ACTION, file.path, async () => {
    const bytes = await withFile(host, file.path, ({ read }) => read(0, file.size));
    const stem = host.path.basename(json, ".json");
    const isOwn = file.name.startsWith(stem);
    const stated = isOwn ? WEIGHTS.exec(file.name.slice(stem.length))?.[1] : undefined;
    const sum = (await sha256(bytes)).slice(0, 32);
    if (stated !== undefined && sum !== stated) {
      throw new Refusal(
        "the weights must have the checksum in their name, they are damaged",
        `sum is ${sum}, of ${bytes.length} bytes in ${file.path}`,
      );
    }
    return bytes.buffer;
  });
}
