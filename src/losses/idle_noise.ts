/**
 * Label noises that a loss of layers uses and nobody trains.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Variable } from "../tensor.ts";

/** So many gradients of a loss without an update of its noise are no accumulation any more. */
const PATIENCE = 10;
const warned = new WeakSet<Variable>();

/** Looks on while a loss is computed again and again, and warns of noises that stay as they are. */
export class NoiseWatch {
  /** What an update replaces, and how many gradients were taken since; Infinity: all is well. */
  readonly #seen = new WeakMap<Variable, { readonly dataId: Variable["dataId"]; left: number }>();

  /** Takes note of the noises that the loss has just used. */
  see(noises: ReadonlySet<Variable>): void {
    // A loss outside of a gradient is not of training.
    if (noises.size === 0 || !tf.engine().isTapeOn()) return;
    for (const noise of noises) {
      const { dataId } = noise;
      const before = this.#seen.get(noise);
      if (before === undefined) this.#seen.set(noise, { dataId, left: PATIENCE });
      else if (before.dataId !== dataId) before.left = Infinity;
      else if (--before.left === 0) warn(noise);
    }
  }
}

function warn(noise: Variable): void {
  if (warned.has(noise)) return;
  warned.add(noise);
  console.warn(
    `Label noise ${noise.name} is used in a loss but no optimizer updates it: ` +
      "pass it to train as noise or, for model.fit, train it as the docs of layersLoss show; " +
      "a noise that is to stay as it is can be a number",
  );
}
