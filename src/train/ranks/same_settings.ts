/**
 * Settings that are the same on all ranks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { shown } from "../../check/shown.ts";
import { type Resolved, type Settings, settingsOf } from "../checkpoint/run_settings.ts";
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
  const [first, ...others] = await ranks.gather(ofRun(ranks, options, resolved));
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

/** What decides how a run goes and when it exchanges something. */
function ofRun(ranks: Ranks, options: AnyTrainOptions, resolved: Resolved): Settings {
  const { epochs, patience, validation, checkpoint } = options;
  return {
    ...settingsOf(options, resolved),
    epochs: `${epochs}`,
    patience: `${patience}`,
    "group.every": `${ranks.every}`,
    checkpoint: checkpoint ? `every ${checkpoint.every ?? 1}, ${shown(checkpoint.dir)}` : "none",
    "validation.batchSize": `${validation?.batchSize}`,
    backend: tf.getBackend(),
  };
}
