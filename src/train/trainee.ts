/**
 * A model as the trainer sees it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { LayersModel, Tensor, Variable } from "../tensor.ts";
import { inferenceOf, ofLayers, type Predictor } from "./inference.ts";
import type { Model } from "./model.ts";
import { isByName, type Tensors } from "./tensors.ts";
import { applyFrozen, select, type Trainable } from "./trainable.ts";

/** What is trained, and how it predicts. */
export interface Trainee {
  /** What is trained. */
  readonly variables: readonly Variable[];
  /** What makes the model what it is: running statistics, too. */
  readonly all: readonly Variable[];
  /**
   * The model while it is trained (with dropout), and otherwise. Labels by name get predictions by
   * name.
   */
  fit(x: Tensors, labels: Tensors): Tensors;
  predict(x: Tensors, labels: Tensors): Tensors;
  /** What layers add to the loss: their regularizers. */
  penalties(): Tensor[];
}

/** Adapts a model of any kind; all of it is trained unless `trainable` says otherwise. */
export function traineeOf(
  model: LayersModel | Model<Tensors, Tensors>,
  trainable?: Trainable,
): Trainee {
  const part = trainable === undefined
    ? undefined
    : select(model, trainable, "Cannot train as trainable");
  const trainee = model instanceof tf.LayersModel ? ofTfLayers(model) : ofModel(model);
  const variables = part?.variables ?? trainee.variables;
  if (!variables.some((variable) => variable.trainable)) {
    throw new RangeError(
      "Cannot train as model must have variables that are trainable, not all of them frozen: " +
        `current number is 0 of ${trainee.all.length}`,
    );
  }
  const fit: Trainee["fit"] = part && model instanceof tf.LayersModel
    ? (x, labels) => applyFrozen(part.frozen, () => trainee.fit(x, labels))
    : trainee.fit;
  return { ...trainee, variables, fit };
}

function ofModel(model: Model<Tensors, Tensors>): Trainee {
  const infer = inferenceOf(model as Predictor<Tensors, Tensors>, "Cannot train");
  const predict = (x: Tensors) => infer(x, false);
  const { variables } = model;
  return { variables, all: variables, fit: predict, predict, penalties: () => [] };
}

function ofTfLayers(model: LayersModel): Trainee {
  const apply = ofLayers(model, "Cannot train");
  return {
    variables: model.getWeights(true) as Variable[],
    all: model.getWeights() as Variable[],
    // The labels reach every layer: FeatureSmoothing asks for them.
    fit: (x, labels) => apply(x, isByName(labels), { training: true, labels }),
    predict: (x, labels) => apply(x, isByName(labels)),
    penalties: () => penaltiesOf(model),
  };
}

/** Layer by layer: a sequential model's own `calculateLosses` returns none of them. */
function penaltiesOf(model: LayersModel): Tensor[] {
  return model.layers.flatMap<Tensor>((layer) =>
    layer instanceof tf.LayersModel ? penaltiesOf(layer) : layer.calculateLosses()
  );
}
