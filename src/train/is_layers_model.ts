/**
 * What a model of layers is known by.
 *
 * @module
 */
import type { LayersModel } from "../tensor.ts";

/**
 * True of a `tf.LayersModel`: by what it has, not by its class, which `@tensorflow/tfjs-layers`
 * would have to be loaded for, and of which another copy of tfjs has its own.
 */
export function isLayersModel(value: unknown): value is LayersModel {
  const { apply, getWeights, layers, outputs } = (value ?? {}) as Partial<LayersModel>;
  return typeof apply === "function" && typeof getWeights === "function" &&
    Array.isArray(layers) && Array.isArray(outputs);
}
