/**
 * Which learnable noises a computation uses.
 *
 * @module
 */
import type { Variable } from "../tensor.ts";

let listener: ((variable: Variable) => void) | undefined;

/** Tells that a noise's variance is asked for; `LabelNoise` does. */
export function noteNoise(variable: Variable): void {
  listener?.(variable);
}

/** Runs and tells which noises were asked for meanwhile. */
export function noisesUsedBy<T>(run: () => T): { result: T; noises: ReadonlySet<Variable> } {
  const noises = new Set<Variable>();
  const before = listener;
  listener = (variable) => noises.add(variable);
  try {
    return { result: run(), noises };
  } finally {
    listener = before;
  }
}
