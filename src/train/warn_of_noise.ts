/**
 * A warning of a noise that is never learned.
 *
 * @module
 */
import { noisesUsedBy } from "../losses/noise_use.ts";
import type { Variable } from "../tensor.ts";

const warned = new WeakSet<Variable>();

/**
 * Runs a step's gradients and warns, once a noise, where its loss uses one that no optimizer
 * updates.
 */
export function warnOfNoise<T>(trained: readonly Variable[], run: () => T): T {
  const { result, noises } = noisesUsedBy(run);
  for (const noise of noises) {
    if (trained.includes(noise) || warned.has(noise)) continue;
    warned.add(noise);
    console.warn(
      `train: the loss uses a LabelNoise (${noise.name}) that no optimizer updates, so that ` +
        "sigma stays: give noise: { model: noise, optimizer: adam(1e-2) }, or a number as noiseVar",
    );
  }
  return result;
}
