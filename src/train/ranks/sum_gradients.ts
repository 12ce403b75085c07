/**
 * Gradients added up over the ranks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "../../tensor.ts";
import { freeGradients } from "../gradients.ts";
import type { GradientStage } from "../training_step.ts";
import { FlatReader, readFlat } from "./flat.ts";
import type { Ranks } from "./ranks.ts";

/**
 * Adds up the loss and the gradients that ranks have of their rows, each weighed by its share: one
 * readback, one sum over the ranks, one upload. With them goes whether a signal has fired, and
 * which variables have a gradient: one that none has any of stays without.
 */
export function sumGradients(ranks: Ranks, variables: readonly Variable[]): GradientStage {
  // tfjs takes no gradients of others.
  const isTrained = variables.map(({ trainable }) => trainable);
  return async (gradients) => {
    const { loss, tensors } = gradients;
    const made = [
      tf.tensor1d([ranks.flag, ...tensors.map((tensor) => tensor ? 1 : 0)]),
    ] as Tensor[];
    const blocks = variables.map(({ shape }, i) => tensors[i] ?? zeros(shape, made));
    try {
      const values = await readFlat([loss, made[0]!, ...blocks.filter((_, i) => isTrained[i])]);
      await ranks.group.allReduceSum(values);
      const reader = new FlatReader(values);
      const sum = reader.tensor([]);
      ranks.hear(reader.number());
      const given = variables.map(() => reader.number() > 0);
      return { loss: sum, tensors: variables.map(({ shape }, i) => take(reader, shape, i, given)) };
    } finally {
      tf.dispose(made);
      freeGradients(gradients);
    }
  };

  function take(
    reader: FlatReader,
    shape: readonly number[],
    i: number,
    given: readonly boolean[],
  ): Tensor | undefined {
    if (!isTrained[i]) return undefined;
    const tensor = reader.tensor(shape);
    if (given[i]) return tensor;
    tensor.dispose();
    return undefined;
  }
}

function zeros(shape: number[], made: Tensor[]): Tensor {
  made.push(tf.zeros(shape));
  return made.at(-1)!;
}
