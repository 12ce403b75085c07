/**
 * A model as the trainer sees it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { shown } from "../check/shown.ts";
import type { LayersModel, Tensor, Variable } from "../tensor.ts";
import type { Model } from "./model.ts";
import { isTensors, type Tensors } from "./tensors.ts";
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
  const trainee = model instanceof tf.LayersModel ? ofLayers(model) : ofModel(model);
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
  const predict = (x: Tensors) => {
    const pred: unknown = model.predict(x);
    if (isTensors(pred)) return pred;
    throw new TypeError(
      `Cannot train as model.predict must return tensors: current value is ${shown(pred)}`,
    );
  };
  const { variables } = model;
  return { variables, all: variables, fit: predict, predict, penalties: () => [] };
}

function ofLayers(model: LayersModel): Trainee {
  const apply = (x: Tensors, labels: Tensors, options?: Record<string, unknown>) => {
    const output = model.apply(inputsOf(model, x) as Tensor | Tensor[], options) as
      | Tensor
      | Tensor[];
    const isNamed = !(labels instanceof tf.Tensor) && !Array.isArray(labels);
    if (!isNamed) return output;
    const list = Array.isArray(output) ? output : [output];
    return Object.fromEntries(list.map((tensor, i) => [model.outputNames[i]!, tensor]));
  };
  return {
    variables: model.getWeights(true) as Variable[],
    all: model.getWeights() as Variable[],
    // The labels reach every layer: FeatureSmoothing asks for them.
    fit: (x, labels) => apply(x, labels, { training: true, labels }),
    predict: (x, labels) => apply(x, labels),
    penalties: () => penaltiesOf(model),
  };
}

/** Inputs in the order of the model's, where they are by name. */
function inputsOf(model: LayersModel, x: Tensors): Tensor | readonly Tensor[] {
  if (x instanceof tf.Tensor || Array.isArray(x)) return x as Tensor | readonly Tensor[];
  const named = x as Readonly<Record<string, Tensor>>;
  const names = model.inputNames;
  if (names.every((name) => name in named) && Object.keys(named).length === names.length) {
    return names.length === 1 ? named[names[0]!]! : names.map((name) => named[name]!);
  }
  throw new TypeError(
    `Cannot train as the names of data.x must be those of the model's inputs, [${names}]: ` +
      `current names are [${Object.keys(named)}]`,
  );
}

/** Layer by layer: a sequential model's own `calculateLosses` returns none of them. */
function penaltiesOf(model: LayersModel): Tensor[] {
  return model.layers.flatMap<Tensor>((layer) =>
    layer instanceof tf.LayersModel ? penaltiesOf(layer) : layer.calculateLosses()
  );
}
