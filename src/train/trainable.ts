/**
 * Which variables of a model to train, and how the rest is kept as it is.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Layer, LayersModel, Tensor, Variable } from "../tensor.ts";
import { shown } from "../check/shown.ts";
import { isLayersModel } from "./is_layers_model.ts";
import type { Model } from "./model.ts";
import type { Tensors } from "./tensors.ts";

/**
 * What to train of a model: layers of a `tf.LayersModel` by name, nested ones too, or variables of
 * any model.
 */
export type Trainable = string | readonly string[] | readonly Variable[];

/** A part of a model. */
export interface Selection {
  /** What is trained. */
  readonly variables: readonly Variable[];
  /** The layers that own it; none of a model that is not made of layers. */
  readonly layers: readonly Layer[];
  /** All other layers that have weights. */
  readonly frozen: readonly Layer[];
}

/** Finds what `trainable` names; `claim` is how a message begins: "Cannot train as trainable". */
export function select(
  model: LayersModel | Model<Tensors, Tensors>,
  trainable: Trainable,
  claim: string,
): Selection {
  const wanted = typeof trainable === "string" ? [trainable] : trainable;
  const byName = Array.isArray(wanted) && wanted.every((w) => typeof w === "string");
  if (!byName && !(Array.isArray(wanted) && wanted.every((w) => w instanceof tf.Variable))) {
    throw new TypeError(
      `${claim} must be layer names or variables: current value is ${shown(trainable)}`,
    );
  }
  const isLayers = isLayersModel(model);
  const all = isLayers ? leaves(model) : [];
  let variables: Variable[];
  if (byName) {
    if (!isLayers) {
      throw new TypeError(
        `${claim} must be variables where the model is not a tf.LayersModel: current value is ${
          shown(trainable)
        }`,
      );
    }
    const named = new Set(wanted.flatMap((name) => leaves(layerOf(model, name as string, claim))));
    const layers = all.filter((layer) => named.has(layer));
    variables = layers.flatMap((layer) => layer.trainableWeights.map(valueOf));
    return checked({ variables, layers, frozen: frozenOf(all, layers) }, trainable, claim);
  }
  variables = [...new Set(wanted as readonly Variable[])];
  const own = new Set<Tensor>(isLayers ? model.getWeights() : model.variables);
  const strange = variables.find((variable) => !own.has(variable));
  if (strange !== undefined) {
    throw new RangeError(
      `${claim} must be variables of the model: current value has ${shown(strange.name)}`,
    );
  }
  const chosen = new Set(variables);
  const layers = all.filter((layer) => layer.weights.some((w) => chosen.has(valueOf(w))));
  return checked({ variables, layers, frozen: frozenOf(all, layers) }, trainable, claim);
}

/**
 * Calls a layers model in training mode, but its frozen layers as at inference: batch normalization
 * by its running statistics, which stay. tfjs knows one mode for the whole model; so these layers'
 * `call` is covered for the time of this one, and told by `frozen` that the rest is trained.
 */
export function applyFrozen<T>(frozen: readonly Layer[], apply: () => T): T {
  for (const layer of frozen) {
    const call = layer.call;
    layer.call = (inputs, kwargs) =>
      call.call(layer, inputs, { ...kwargs, training: false, frozen: true });
  }
  try {
    return apply();
  } finally {
    for (const layer of frozen) delete (layer as Partial<Pick<Layer, "call">>).call;
  }
}

/** The variable behind a weight. */
export function valueOf(weight: tfl.LayerVariable): Variable {
  return weight.read() as Variable;
}

/** The layers that are no models of layers themselves. */
export function leaves(layer: Layer): Layer[] {
  return isLayersModel(layer) ? layer.layers.flatMap(leaves) : [layer];
}

function nested(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) =>
    isLayersModel(layer) ? [layer, ...nested(layer)] : [layer]
  );
}

function layerOf(model: LayersModel, name: string, claim: string): Layer {
  const layers = nested(model);
  const found = layers.find((layer) => layer.name === name);
  if (found) return found;
  throw new RangeError(
    `${claim} must name layers of the model [${layers.map((layer) => layer.name)}]: ` +
      `current value has ${shown(name)}`,
  );
}

function frozenOf(all: readonly Layer[], layers: readonly Layer[]): Layer[] {
  const trained = new Set(layers);
  return [...new Set(all)].filter((layer) => layer.weights.length > 0 && !trained.has(layer));
}

function checked(selection: Selection, trainable: Trainable, claim: string): Selection {
  if (selection.variables.length > 0) return selection;
  throw new RangeError(
    `${claim} must have variables to train: current value is ${shown(trainable)}`,
  );
}
