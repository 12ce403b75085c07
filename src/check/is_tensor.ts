/**
 * What a tensor is known by.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";

/**
 * True of a tensor of tfjs: by what it has, as `instanceof tf.Tensor` does itself, since two copies
 * of tfjs have a class each. Without the class, whose name alone takes 8 kB of a bundle.
 */
export function isTensor(value: unknown): value is Tensor {
  const { data, dataSync, throwIfDisposed } = (value ?? {}) as Partial<Tensor>;
  return data != null && dataSync != null && throwIfDisposed != null;
}
