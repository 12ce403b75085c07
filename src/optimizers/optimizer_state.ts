/**
 * All that an optimizer remembers, to be saved and given back exactly.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { NamedTensor } from "../files/safetensors.ts";
import type { Optimizer, Tensor, Variable } from "../tensor.ts";

/** Goes through an optimizer's state. */
export interface OptimizerState {
  /** What `getWeights` tells: the iterations, then moments by position. */
  readonly weights: readonly NamedTensor[];
  /**
   * Variables of fields, by field. Of Adam `getWeights` leaves out the powers of its betas, and
   * `setWeights` computes them anew: with other roundings than step by step.
   */
  readonly fields: readonly NamedTensor[];
}

/**
 * The state as it is now: the optimizer's own tensors, and copies to be freed by
 * {@linkcode freeCopies}.
 */
export async function optimizerState(optimizer: Optimizer): Promise<OptimizerState> {
  const weights = await optimizer.getWeights().catch((cause) => {
    const name = optimizer.getClassName();
    throw new TypeError(
      `Cannot train as checkpoint needs an optimizer that tells its weights: current optimizer ` +
        `is ${name}`,
      { cause },
    );
  });
  const fields = Object.entries(optimizer)
    .filter(([, value]) => value instanceof tf.Variable)
    .map(([name, tensor]) => ({ name, tensor: tensor as Tensor }));
  return { weights, fields };
}

/**
 * Frees what `getWeights` made only to tell, the iterations for one: it is neither a variable nor
 * kept.
 */
export function freeCopies({ weights }: OptimizerState): void {
  for (const { tensor } of weights) {
    if (!(tensor instanceof tf.Variable || tensor.kept)) tensor.dispose();
  }
}

/** Gives a state back; its tensors stay the caller's. */
export async function restoreOptimizer(optimizer: Optimizer, state: OptimizerState): Promise<void> {
  const before = await optimizerState(optimizer);
  // tfjs drops the moments of before without freeing them.
  const old = new Set<Tensor>(before.weights.map(({ tensor }) => tensor).filter(isVariable));
  freeCopies(before);
  try {
    await optimizer.setWeights([...state.weights]);
    const own = optimizer as unknown as Record<string, Variable>;
    for (const { name, tensor } of state.fields) own[name]!.assign(tensor);
  } finally {
    const now = await optimizerState(optimizer);
    for (const { tensor } of now.weights) old.delete(tensor);
    freeCopies(now);
    // What has freed its own is not freed twice: that would take the numbers from who shares them.
    tf.dispose([...old].filter((tensor) => !tensor.isDisposed));
  }
}

function isVariable(tensor: Tensor): boolean {
  return tensor instanceof tf.Variable;
}
