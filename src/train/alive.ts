/**
 * Weights that have been disposed meanwhile.
 *
 * @module
 */
import type { Variable } from "../tensor.ts";

/**
 * Throws where a weight is no more: on WebGPU a step with it would spoil what others compute, too.
 */
export function checkAlive(weights: readonly Variable[]): void {
  const gone = weights.find((weight) => weight.isDisposed);
  if (!gone) return;
  throw new Error(
    "Cannot train on as the model's and the noise's weights must not be disposed meanwhile: " +
      `current weight ${gone.name} is`,
  );
}
