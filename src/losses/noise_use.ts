/**
 * Which learnable noises a computation uses.
 *
 * @module
 */
import type { Variable } from "../tensor.ts";

/** What each of those who listen has heard. */
const listeners = new Set<Set<Variable>>();

/** Tells that a noise's variance is asked for; `LabelNoise` does. */
export function noteNoise(variable: Variable): void {
  for (const heard of listeners) heard.add(variable);
}

/**
 * Runs and tells which noises were asked for meanwhile, until `run` returns. Several may listen at
 * once: a loss of layers that is trained by `train`, say.
 */
export function noisesUsedBy<T>(run: () => T): { result: T; noises: ReadonlySet<Variable> } {
  const noises = new Set<Variable>();
  listeners.add(noises);
  try {
    return { result: run(), noises };
  } finally {
    listeners.delete(noises);
  }
}
