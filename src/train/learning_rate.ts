/**
 * The learning rate of any tfjs optimizer, for schedules.
 *
 * @module
 */
import type { Optimizer } from "../tensor.ts";

/**
 * tfjs keeps the rate in a protected field; sgd and momentum have a setter that also updates a
 * tensor.
 */
interface WithLearningRate {
  learningRate: number;
  setLearningRate?(rate: number): void;
}

/** Multiplies an optimizer's learning rate by factors of the rate that it came with. */
export class LearningRate {
  readonly #optimizer: WithLearningRate;
  readonly #base: number;

  /** Takes the optimizer's present rate as the base. */
  constructor(optimizer: Optimizer) {
    this.#optimizer = optimizer as unknown as WithLearningRate;
    this.#base = this.#optimizer.learningRate;
    if (typeof this.#base !== "number") {
      throw new TypeError(
        `Cannot train as optimizer must be a tfjs optimizer with a learning rate: ` +
          `current rate is ${this.#base}`,
      );
    }
  }

  /** The present rate. */
  get value(): number {
    return this.#optimizer.learningRate;
  }

  /** Sets the rate to `factor` times the base. */
  scale(factor: number): void {
    const rate = factor * this.#base;
    if (rate === this.#optimizer.learningRate) return;
    if (this.#optimizer.setLearningRate) this.#optimizer.setLearningRate(rate);
    else this.#optimizer.learningRate = rate;
  }
}
