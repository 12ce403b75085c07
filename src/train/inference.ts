/**
 * A model of any kind as it predicts.
 *
 * @module
 */
import type * as tfl from "@tensorflow/tfjs-layers";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { LayersModel, Tensor } from "../tensor.ts";
import { isLayersModel } from "./is_layers_model.ts";
import { isTensors, type Tensors } from "./tensors.ts";

/** A model that is not made of layers, as far as it predicts; its variables do not matter. */
export interface Predictor<X extends Tensors = Tensor, P extends Tensors = Tensor> {
  /** Maps inputs, `[N, ...]` each, to predictions, `[N, ...]` each. */
  predict(x: X): P;
  /** What has it is a `tf.LayersModel`. */
  readonly compile?: never;
}

/**
 * Predicts some rows, at inference unless `options`, which layers get, say otherwise. Outputs of
 * layers come by name where `byName` says so.
 */
export type Inference = (
  x: Tensors,
  byName: boolean,
  options?: Readonly<Record<string, unknown>>,
) => Tensors;

/** Adapts a model; `claim` is how a message begins: "Cannot predict". */
export function inferenceOf(
  model: LayersModel | Predictor<Tensors, Tensors>,
  claim: string,
): Inference {
  if (isLayersModel(model)) return ofLayers(model, claim);
  if (typeof model?.predict !== "function") {
    throw new TypeError(
      `${claim} as model must be a tf.LayersModel or { predict, variables }: ` +
        `current value is ${shown(model)}`,
    );
  }
  return (x) => {
    const pred: unknown = model.predict(x);
    if (isTensors(pred)) return pred;
    throw new TypeError(
      `${claim} as model.predict must return tensors: current value is ${shown(pred)}`,
    );
  };
}

function ofLayers(model: LayersModel, claim: string): Inference {
  return (x, byName, options) => {
    const output = model.apply(inputsOf(model, x, claim), options) as Tensor | Tensor[];
    if (!byName) return output;
    const names = namesOf(model.outputs, model.outputNames);
    return Object.fromEntries([output].flat().map((tensor, i) => [names[i]!, tensor]));
  };
}

/** Inputs in the order of the model's. */
function inputsOf(model: LayersModel, x: Tensors, claim: string): Tensor | Tensor[] {
  const names = namesOf(model.inputs, model.inputNames);
  const given = isTensor(x) || Array.isArray(x)
    ? [x].flat() as Tensor[]
    : namedInputs(x as Readonly<Record<string, Tensor>>, names, claim);
  if (given.length === names.length) return given.length === 1 ? given[0]! : given;
  throw new TypeError(
    `${claim} as x must have a tensor for each of the model's inputs, [${names}]: ` +
      `current number is ${given.length}`,
  );
}

/** The names of a model's ends; a sequential model keeps none, and has those of the layers. */
function namesOf(ends: readonly tfl.SymbolicTensor[], names: readonly string[]): readonly string[] {
  return names.length > 0 ? names : ends.map(({ sourceLayer }) => sourceLayer.name);
}

function namedInputs(
  x: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  claim: string,
): Tensor[] {
  const given = Object.keys(x);
  if (names.every((name) => name in x) && given.length === names.length) {
    return names.map((name) => x[name]!);
  }
  throw new TypeError(
    `${claim} as the names of x must be those of the model's inputs, [${names}]: ` +
      `current names are [${given}]`,
  );
}
