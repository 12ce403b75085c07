/**
 * Batches that outlive what their maker does with its tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";

/** A value with clones in place of its tensors. */
export interface Cloned<T> {
  readonly value: T;
  /** The clones, the caller's to free. */
  readonly clones: readonly tf.Tensor[];
}

/** The same arrays and plain objects with clones of their tensors; no number is copied. */
export function cloned<T>(value: T): Cloned<T> {
  const clones: tf.Tensor[] = [];
  const walk = (part: unknown): unknown => {
    if (isTensor(part)) {
      clones.push(part.clone());
      return clones.at(-1);
    }
    if (Array.isArray(part)) return part.map(walk);
    if (!isRecord(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  };
  try {
    return { value: walk(value) as T, clones };
  } catch (error) {
    tf.dispose(clones); // a tensor had been disposed
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
