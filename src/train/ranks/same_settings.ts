/**
 * Settings that are the same on all ranks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../../check/shown.ts";
import { sha256 } from "../../files/sha256.ts";
import { read } from "../../webgpu/read.ts";
import { type Resolved, type Settings, settingsOf } from "../checkpoint/run_settings.ts";
import { tensorList } from "../tensors.ts";
import type { AnyTrainOptions } from "../train_options.ts";
import type { Ranks } from "./ranks.ts";

/**
 * Throws, on all ranks, where one has another setting than the first: the message has both.
 *
 * @throws {TypeError} If weights or data are of another shape.
 * @throws {RangeError} If it is another setting.
 */
export async function checkSameSettings(
  ranks: Ranks,
  options: AnyTrainOptions,
  resolved: Resolved,
): Promise<void> {
  const settings = { ...ofRun(options, resolved), ...await labelsOf(options.data) };
  const [first, ...others] = await ranks.gather(settings);
  for (const [i, settings] of others.entries()) {
    for (const name of Object.keys({ ...first, ...settings })) {
      const [one, other] = [first![name] ?? "none", settings[name] ?? "none"];
      if (one === other) continue;
      throw new (/^(weight \d+|data)$/.test(name) ? TypeError : RangeError)(
        `Cannot train as ${name} must be the same on all ranks: ` +
          `current values are ${one} on rank 0 and ${other} on rank ${i + 1}`,
      );
    }
  }
}

/** A checksum of labels that all ranks have: of others they would learn something else. */
async function labelsOf(data: AnyTrainOptions["data"]): Promise<Settings> {
  if (!("y" in data)) return {};
  const sums = await Promise.all(
    tensorList(data.y).map(async (y) => {
      const { buffer, byteOffset, byteLength } = await read(y);
      return await sha256(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
    }),
  );
  return { "data.y": sums.map((sum) => `labels of checksum ${sum.slice(0, 8)}`).join() };
}

/** What decides how a run goes and when it exchanges something. */
function ofRun(options: AnyTrainOptions, resolved: Resolved): Settings {
  const { epochs, patience, validation, checkpoint } = options;
  return {
    ...settingsOf(options, resolved),
    epochs: `${epochs}`,
    patience: `${patience}`,
    checkpoint: checkpoint ? `every ${checkpoint.every ?? 1}, ${shown(checkpoint.dir)}` : "none",
    "validation.batchSize": `${validation?.batchSize}`,
    backend: tf.getBackend(),
  };
}
