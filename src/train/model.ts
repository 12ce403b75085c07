/**
 * A model that is not made of layers.
 *
 * @module
 */
import type { Tensor, Variable } from "../tensor.ts";
import type { Tensors } from "./tensors.ts";

/** A model of your own: a function and the variables to train. */
export interface Model<X extends Tensors = Tensor, P extends Tensors = Tensor> {
  /** Maps inputs, `[N, ...]` each, to predictions, `[N, ...]` each, differentiably. */
  predict(x: X): P;
  /** The variables to train. */
  readonly variables: readonly Variable[];
}
