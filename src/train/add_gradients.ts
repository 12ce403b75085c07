/**
 * The sum of the gradients of a step's parts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import { freeGradients, type Gradients } from "./gradients.ts";

/** Adds gradients of the same variables, and frees both. */
export function addGradients(a: Gradients, b: Gradients): Gradients {
  const sum = (left: Tensor | undefined, right: Tensor | undefined) =>
    left && right ? tf.add(left, right) : (left ?? right)?.clone();
  const added = {
    loss: tf.add(a.loss, b.loss),
    tensors: a.tensors.map((left, i) => sum(left, b.tensors[i])),
  };
  freeGradients(a);
  freeGradients(b);
  return added;
}
