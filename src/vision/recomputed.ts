/**
 * Functions that the backward pass computes anew.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "../tensor.ts";
import { freeAsUsed } from "../train/free_as_used.ts";

/** Computes from the inputs; `again` where it has done so for these before. */
export type Compute = (inputs: Tensor[], again: boolean) => Tensor;

/**
 * The value of `compute`, of which nothing but the inputs is kept for the gradients: what lies
 * between is computed again when these are taken.
 *
 * @param compute What also depends on `variables`, and has the same value each time.
 */
export function recomputed(
  compute: Compute,
  inputs: readonly Tensor[],
  variables: readonly Variable[],
): Tensor {
  return tf.customGrad((...given) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const own = given.slice(0, inputs.length) as Tensor[];
    save(own);
    return {
      value: compute(own, false),
      gradFunc: (upstream, saved) => gradientsOf(compute, upstream, saved, variables),
    };
  })(...inputs, ...variables);
}

function gradientsOf(
  compute: Compute,
  upstream: Tensor,
  inputs: Tensor[],
  variables: readonly Variable[],
): Tensor[] {
  const engine = tf.engine();
  const { activeTape } = engine.state;
  const sources = [...inputs, ...variables];
  try {
    return tf.tidy(() => {
      const again = () => {
        const value = compute(inputs, true);
        freeAsUsed();
        return value;
      };
      const { value, grads } = engine.gradients(again, sources, tf.clone(upstream), true);
      value.dispose();
      // What has no influence has no gradient.
      return grads.map((gradient, i) => gradient ?? tf.zerosLike(sources[i]!));
    });
  } finally {
    // It is the outer gradient's, and taking an inner one ends with none.
    engine.state.activeTape = activeTape;
  }
}
