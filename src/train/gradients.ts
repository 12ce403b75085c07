/**
 * The gradients of a part of a step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { ADD, MULTIPLY, provideGradients, RESHAPE } from "../kernels/gradients.ts";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { freeAsUsed } from "./free_as_used.ts";
import type { StepPart } from "./step_parts.ts";
import type { Tensors } from "./tensors.ts";
import type { Loss } from "./train_options.ts";
import type { Trainee } from "./trainee.ts";

provideGradients(ADD, MULTIPLY, RESHAPE);

/** A loss and its gradients, on the device; whoever holds them frees them. */
export interface Gradients {
  /** `[]`. */
  readonly loss: Tensor;
  /** By position of the variables; undefined for one that has no influence on the loss. */
  readonly tensors: readonly (Tensor | undefined)[];
}

/**
 * Makes what takes the gradients of a part: of its loss times its share, regularizers added where
 * told.
 */
export function gradientsOf(
  { fit, penalties }: Pick<Trainee, "fit" | "penalties">,
  loss: Loss<Tensors, Tensors>,
  variables: readonly Variable[],
): (part: StepPart) => Gradients {
  const lossOf = ({ x, y, rows, share, penalized, borrowed }: StepPart) => {
    const own = checkLoss(loss(fit(x, y, borrowed), y, rows));
    const value = share === undefined ? own : tf.mul<tf.Scalar>(own, share);
    if (!penalized) return value;
    return penalties().reduce<tf.Scalar>((sum, penalty) => tf.add(sum, penalty), value);
  };
  return (part) => {
    let failure: { error: unknown } | undefined;
    const { value, grads } = connected(() =>
      tf.variableGrads(() => {
        try {
          const loss = lossOf(part);
          freeAsUsed();
          return loss;
        } catch (error) {
          // Thrown from here, it would leave behind what tfjs saved for the gradients so far.
          failure = { error };
          return tf.sum(variables.find((variable) => variable.trainable)!);
        }
      }, [...variables])
    );
    if (failure) {
      tf.dispose([value, grads]);
      throw failure.error;
    }
    const named = grads as Record<string, Tensor | null | undefined>;
    return { loss: value, tensors: variables.map(({ name }) => named[name] ?? undefined) };
  };
}

/** Frees a loss and its gradients. */
export function freeGradients({ loss, tensors }: Gradients): void {
  tf.dispose([loss, ...tensors.filter((tensor) => tensor !== undefined)]);
}

/** tfjs has words of its own for a loss that no variable leads to. */
function connected<T>(take: () => T): T {
  try {
    return take();
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.startsWith("Cannot find a connection"))) {
      throw cause;
    }
    throw new TypeError(
      "Cannot train as loss must depend on what is trained, by operations that have gradients: " +
        "current loss depends on no variable",
      { cause },
    );
  }
}

function checkLoss(loss: unknown): tf.Scalar {
  if (!isTensor(loss) || loss.size !== 1) {
    throw new TypeError(
      `Cannot train as loss must return a scalar tensor: current value is ${shown(loss)}`,
    );
  }
  return loss.rank === 0 ? loss as tf.Scalar : tf.reshape(loss, []);
}
