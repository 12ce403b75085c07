/**
 * Label noises that a loss uses and nobody trains.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Variable } from "../tensor.ts";
import type { LabelNoise } from "./label_noise.ts";

/** So many gradients of a loss without an update of its noise are no accumulation any more. */
const PATIENCE = 10;
const warned = new WeakSet<LabelNoise>();

/** Warns of a noise that no optimizer updates; once each. */
export function warnOfIdleNoise(noise: LabelNoise): void {
  if (warned.has(noise)) return;
  warned.add(noise);
  console.warn(
    `Label noise ${noise.variables[0]!.name} is used in a loss but no optimizer updates it: ` +
      "pass it to train as noise or, for model.fit, train it as the docs of layersLoss show; " +
      "a noise that is to stay as it is can be a number",
  );
}

/** Looks on while a loss is computed again and again, and warns of noises that stay as they are. */
export class NoiseWatch {
  /** What an update replaces, and how many gradients were taken since; Infinity: all is well. */
  readonly #seen = new WeakMap<LabelNoise, { readonly dataId: Variable["dataId"]; left: number }>();

  /** Takes note of the noises that the loss has just used. */
  see(used: readonly LabelNoise[]): void {
    // A loss outside of a gradient is not of training.
    if (used.length === 0 || !tf.engine().isTapeOn()) return;
    for (const noise of used) {
      const { dataId } = noise.variables[0]!;
      const before = this.#seen.get(noise);
      if (before === undefined) this.#seen.set(noise, { dataId, left: PATIENCE });
      else if (before.dataId !== dataId) before.left = Infinity;
      else if (--before.left === 0) warnOfIdleNoise(noise);
    }
  }
}
