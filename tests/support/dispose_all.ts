/** Frees whatever a value holds. */

import * as tf from "@tensorflow/tfjs";

/** Disposes all in a value that can be, through lists and plain objects. */
export function disposeAll(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if ("dispose" in value && typeof value.dispose === "function") {
    // tfjs refuses to dispose a layer that has no weights yet.
    const isEmpty = value instanceof tf.layers.Layer && !value.built;
    if (!isEmpty && !("isDisposed" in value && value.isDisposed)) value.dispose();
  } else if (Array.isArray(value)) value.forEach(disposeAll);
  else if (Object.getPrototypeOf(value) === Object.prototype) {
    Object.values(value).forEach(disposeAll);
  }
}
