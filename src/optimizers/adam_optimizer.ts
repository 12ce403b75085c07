/**
 * The class behind `adam` and `adamW`.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { AdamAttrs } from "../kernels/optimizer_step/contract.ts";
import { MomentsOptimizer } from "./fused_optimizer.ts";

/** Adam, with a weight decay of 0, and what AdamW is made of. */
export class AdamOptimizer extends MomentsOptimizer {
  /** tfjs's own: what a model is saved with, tfjs can load. */
  static get className(): string {
    return "Adam";
  }

  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #weightDecay: number;

  constructor(
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    weightDecay: number = 0,
  ) {
    super(learningRate, ["/m", "/v"]);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
    this.#weightDecay = weightDecay;
  }

  protected override attrs(step: number): AdamAttrs {
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    return {
      rule: "adam",
      rate: this.learningRate / (1 - beta1 ** step),
      beta1,
      beta2,
      epsilon: this.#epsilon,
      correction: 1 / (1 - beta2 ** step),
      keep: 1 - this.learningRate * this.#weightDecay,
    };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      learningRate: this.learningRate,
      beta1: this.#beta1,
      beta2: this.#beta2,
      epsilon: this.#epsilon,
    };
  }
}
