/**
 * A model as the trainer sees it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { LayersModel, Tensor, Variable } from "../tensor.ts";
import type { TrainOptions } from "./train_options.ts";
import { applyFrozen, select } from "./trainable.ts";

/** What is trained, and how it predicts. */
export interface Trainee {
  /** What is trained. */
  variables: readonly Variable[];
  /** What makes the model what it is: running statistics, too. */
  all: readonly Variable[];
  /** The model while it is trained (with dropout), and otherwise. */
  fit: (x: Tensor, labels: Tensor) => Tensor;
  predict: (x: Tensor) => Tensor;
  /** What layers add to the loss: their regularizers. */
  penalties: () => Tensor[];
}

/** Adapts a model. */
export function traineeOf({ model, trainable }: TrainOptions): Trainee {
  const part = trainable === undefined
    ? undefined
    : select(model, trainable, "Cannot train as trainable");
  if (model instanceof tf.LayersModel) {
    // The labels reach every layer: FeatureSmoothing asks for them.
    const fit = (x: Tensor, labels: Tensor) => model.apply(x, { training: true, labels }) as Tensor;
    return {
      variables: part?.variables ?? model.getWeights(true) as Variable[],
      all: model.getWeights() as Variable[],
      fit: part ? (x, labels) => applyFrozen(part.frozen, () => fit(x, labels)) : fit,
      predict: (x) => model.apply(x) as Tensor,
      penalties: () => penaltiesOf(model),
    };
  }
  const predict = (x: Tensor) => model.predict(x);
  const variables = part?.variables ?? model.variables;
  return { variables, all: model.variables, fit: predict, predict, penalties: () => [] };
}

/** Layer by layer: a sequential model's own `calculateLosses` returns none of them. */
function penaltiesOf(model: LayersModel): Tensor[] {
  return model.layers.flatMap<Tensor>((layer) =>
    layer instanceof tf.LayersModel ? penaltiesOf(layer) : layer.calculateLosses()
  );
}
