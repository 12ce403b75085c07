/** The model of the synthetic benchmark: one linear layer. */
import type { Tensor, Variable } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { randomFrom } from "./random.ts";

/** `prediction = input * weight + bias`; every criterion of a seed starts from the same one. */
export class LinearModel {
  readonly variables: readonly [Variable, Variable];

  constructor(dim: number, seed: number) {
    const random = randomFrom(~seed); // a stream of its own: the data's starts at seed
    const bound = 1 / Math.sqrt(dim); // PyTorch's default
    const draw = (size: number) =>
      Array.from({ length: size }, () => random.uniform(-bound, bound));
    // tf.variable() copies its argument, which is then to be disposed.
    const variable = (size: number, shape: number[]) =>
      tf.tidy(() => tf.variable(tf.tensor(draw(size), shape)));
    this.variables = [variable(dim * dim, [dim, dim]), variable(dim, [dim])];
  }

  predict(x: Tensor): Tensor {
    const [weight, bias] = this.variables;
    // Not tf.fused.matMul, whose gradient computes the input's, too.
    return tf.tidy(() => tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias));
  }

  dispose(): void {
    tf.dispose(this.variables as unknown as tf.Tensor[]);
  }
}
