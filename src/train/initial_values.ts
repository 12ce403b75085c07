/**
 * New initial values of a layers model's variables.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Layer, Shape, Tensor, Variable } from "../tensor.ts";
import { type Selection, valueOf } from "./trainable.ts";

/**
 * Draws values from the layers' own initializers.
 *
 * @returns Gives a variable's new value, which is then the caller's to free; each once.
 */
export function initialValues({ layers, variables }: Selection): (variable: Variable) => Tensor {
  const values = new Map<Variable, Tensor>();
  const wanted = new Set(variables);
  for (const layer of layers) {
    const twin = twinOf(layer);
    layer.weights.forEach((weight, i) => {
      const variable = valueOf(weight);
      if (wanted.has(variable)) values.set(variable, valueOf(twin.weights[i]!).clone());
    });
    for (const weight of twin.weights) weight.dispose();
  }
  return (variable) => values.get(variable)!;
}

/** A layer of the same config, freshly made: tfjs does not keep a weight's initializer. */
function twinOf(layer: Layer): Layer {
  const kind = layer.constructor as tf.serialization.SerializableConstructor<Layer>;
  const twin = kind.fromConfig(kind, layer.getConfig());
  const shapes = layer.inboundNodes[0]!.inputShapes as Shape[]; // whatever its type says
  twin.build(shapes.length === 1 ? shapes[0]! : shapes);
  return twin;
}
