/**
 * One optimizer step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, Tensor, Variable } from "../tensor.ts";
import type { Batch, TrainOptions } from "./train_options.ts";
import type { Trainee } from "./trainee.ts";

/** Variables and the optimizer that updates them. */
export interface Group {
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
}

/**
 * Makes the step: one gradient computation for all groups, then each group's update.
 *
 * @returns The loss of the batch with the model's regularizers, on the device; the caller's to dispose.
 */
export function trainingStep(
  { fit, penalties }: Trainee,
  loss: TrainOptions["loss"],
  groups: readonly Group[],
): (batch: Batch) => Tensor {
  const variables = groups.flatMap((group) => [...group.variables]) as tf.Variable[];
  const lossOf = ({ x, y }: Batch) =>
    penalties().reduce<tf.Scalar>((sum, p) => tf.add(sum, p), checkLoss(loss(fit(x, y), y)));
  return (batch) => {
    checkBatch(batch);
    let failure: { error: unknown } | undefined;
    const { value, grads } = tf.variableGrads(() => {
      try {
        return lossOf(batch);
      } catch (error) {
        // Thrown from here, it would leave behind what tfjs saved for the gradients so far.
        failure = { error };
        return tf.sum(variables[0]!);
      }
    }, variables);
    if (failure) {
      tf.dispose([value, grads]);
      throw failure.error;
    }
    for (const { variables, optimizer } of groups) {
      // Optimizers know their moments by position: a variable without influence on the loss keeps its place,
      // without a gradient, and is passed over.
      optimizer.applyGradients(
        variables.map(({ name }) => ({ name, tensor: grads[name] as Tensor })),
      );
    }
    tf.dispose(grads);
    return value;
  };
}

function checkLoss(loss: Tensor): tf.Scalar {
  if (!(loss instanceof tf.Tensor) || loss.size !== 1) {
    throw new TypeError(
      `Cannot train as loss must return a scalar tensor: current value is ${
        loss instanceof tf.Tensor ? `of shape [${loss.shape}]` : loss
      }`,
    );
  }
  return loss.rank === 0 ? loss as tf.Scalar : loss.asScalar();
}

function checkBatch({ x, y }: Batch): void {
  if (!(x instanceof tf.Tensor && y instanceof tf.Tensor) || x.shape[0] !== y.shape[0]) {
    throw new TypeError(
      "Cannot train as a batch must be { x, y } of tensors with the same number of rows: " +
        `current shapes are [${x?.shape}] and [${y?.shape}]`,
    );
  }
}
