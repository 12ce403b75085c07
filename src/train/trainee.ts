/**
 * A model as the trainer sees it.
 *
 * @module
 */
import type { Layer, LayersModel, Tensor, Variable } from "../tensor.ts";
import { inferenceOf } from "./inference.ts";
import { isLayersModel } from "./is_layers_model.ts";
import type { Model } from "./model.ts";
import { isNamed, type Tensors } from "./tensors.ts";
import { applyFrozen, leaves, select, type Trainable } from "./trainable.ts";

/** What is trained, and how it predicts. */
export interface Trainee {
  /** What is trained. */
  readonly variables: readonly Variable[];
  /** What makes the model what it is: running statistics, too. */
  readonly all: readonly Variable[];
  /**
   * The model while it is trained (with dropout), and otherwise. Labels by name get predictions by
   * name. Of borrowed rows layers gather nothing.
   */
  fit(x: Tensors, labels: Tensors, borrowed?: boolean): Tensors;
  predict(x: Tensors, labels: Tensors): Tensors;
  /** What layers add to the loss: their regularizers. */
  penalties(): Tensor[];
  /** Its layers, and those of them that run as at inference; none of a model of another kind. */
  readonly layers: readonly Layer[];
  readonly frozen: readonly Layer[];
}

type OwnModel = Model<Tensors, Tensors>;

/** Adapts a model of any kind; all of it is trained unless `trainable` says otherwise. */
export function traineeOf(
  model: LayersModel | OwnModel,
  trainable?: Trainable,
): Trainee {
  const part = trainable === undefined
    ? undefined
    : select(model, trainable, "Cannot train as trainable");
  const layers = isLayersModel(model) ? model : undefined;
  const all = layers ? layers.getWeights() as Variable[] : (model as OwnModel).variables;
  const variables = part?.variables ?? (layers ? layers.getWeights(true) as Variable[] : all);
  if (!variables.some((variable) => variable.trainable)) {
    throw new RangeError(
      "Cannot train as model must have variables that are trainable, not all of them frozen: " +
        `current number is 0 of ${all.length}`,
    );
  }
  const infer = inferenceOf(model, "Cannot train");
  // The labels reach every layer: FeatureSmoothing asks for them.
  const fit: Trainee["fit"] = (x, labels, borrowed) =>
    infer(x, isNamed(labels), { training: true, labels, ...(borrowed && { borrowed }) });
  return {
    variables,
    all,
    fit: part && layers
      ? (x, y, borrowed) => applyFrozen(part.frozen, () => fit(x, y, borrowed))
      : fit,
    predict: (x, labels) => infer(x, isNamed(labels)),
    penalties: () => layers ? penaltiesOf(layers) : [],
    layers: layers ? [...new Set(leaves(layers))] : [],
    frozen: part?.frozen ?? [],
  };
}

/** Layer by layer: a sequential model's own `calculateLosses` returns none of them. */
function penaltiesOf(model: LayersModel): Tensor[] {
  return model.layers.flatMap<Tensor>((layer) =>
    isLayersModel(layer) ? penaltiesOf(layer) : layer.calculateLosses()
  );
}
