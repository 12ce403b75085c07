/**
 * The update of variables by their optimizers.
 *
 * @module
 */
import type { Optimizer, Tensor, Variable } from "../tensor.ts";

/** Variables and the optimizer that updates them. */
export interface ParameterGroup {
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
}

/** Hands each group its gradients, which are by position over all groups. */
export function update(
  groups: readonly ParameterGroup[],
  gradients: readonly (Tensor | undefined)[],
): void {
  let start = 0;
  for (const { variables, optimizer } of groups) {
    const own = gradients.slice(start, start + variables.length);
    start += variables.length;
    // Optimizers know their moments by position: a variable without influence on the loss keeps its
    // place, without a gradient, and is passed over.
    optimizer.applyGradients(
      variables.map(({ name }, i) => ({ name, tensor: own[i] as Tensor })),
    );
  }
}
