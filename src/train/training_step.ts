/**
 * One optimizer step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, Tensor, Variable } from "../tensor.ts";
import type { Batch, TrainOptions } from "./train_options.ts";

/** Variables and the optimizer that updates them. */
export interface Group {
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
}

/**
 * Makes the step: one gradient computation for all groups, then each group's update.
 *
 * @returns The loss of the batch, on the device; the caller's to dispose.
 */
export function trainingStep(
  fit: (x: Tensor, labels: Tensor) => Tensor,
  loss: TrainOptions["loss"],
  groups: readonly Group[],
): (batch: Batch) => Tensor {
  const variables = groups.flatMap((group) => [...group.variables]) as tf.Variable[];
  return ({ x, y }) => {
    const { value, grads } = tf.variableGrads(() => {
      const result = loss(fit(x, y), y);
      if (!(result instanceof tf.Tensor) || result.size !== 1) {
        throw new TypeError(
          `Cannot train as loss must return a scalar tensor: current value is ${
            result instanceof tf.Tensor ? `of shape [${result.shape}]` : result
          }`,
        );
      }
      return result.rank === 0 ? result as tf.Scalar : result.asScalar();
    }, variables);
    for (const { variables, optimizer } of groups) {
      // By name: tfjs registers every variable under a unique one. A variable that the loss does not
      // depend on has no gradient and stays.
      const own = variables.filter(({ name }) => grads[name] !== undefined);
      optimizer.applyGradients(own.map(({ name }) => ({ name, tensor: grads[name]! })));
    }
    tf.dispose(grads);
    return value;
  };
}
