/**
 * The class behind `adam` and `adamW`.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { AdamAttrs } from "../kernels/optimizer_step/contract.ts";
import { MomentsOptimizer } from "./fused_optimizer.ts";

/** How weights are drawn to 0. */
interface Decay {
  /** A part of the value, times the rate, that each step takes off. */
  readonly weightDecay?: number;
  /** A part of the value that is added to the gradient. */
  readonly l2?: number;
}

/** Adam, without a decay, and what AdamW and Adam with an L2 penalty are made of. */
export class AdamOptimizer extends MomentsOptimizer {
  /** tfjs's own: what a model is saved with, tfjs can load. */
  static get className(): string {
    return "Adam";
  }

  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #decay: Decay;

  constructor(
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    decay: Decay = {},
  ) {
    super(learningRate, ["/m", "/v"]);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
    this.#decay = decay;
  }

  protected override attrs(step: number): AdamAttrs {
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    const { weightDecay = 0, l2 = 0 } = this.#decay;
    return {
      rule: "adam",
      rate: this.learningRate / (1 - beta1 ** step),
      beta1,
      beta2,
      epsilon: this.#epsilon,
      correction: 1 / (1 - beta2 ** step),
      keep: 1 - this.learningRate * weightDecay,
      l2,
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
