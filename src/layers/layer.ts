/**
 * tfjs's class of layers.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";

/** A layer of tfjs's models. */
export type Layer = tfl.layers.Layer;

/** The base class of such layers: here by name since a public class extends it. */
export const Layer: abstract new (config?: { readonly name?: string }) => Layer = tfl.layers.Layer;
