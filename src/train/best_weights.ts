/**
 * The best weights so far.
 *
 * @module
 */
import type { Tensor, Variable } from "../tensor.ts";

/** Keeps the values of variables as they were at the best score. */
export class BestWeights {
  /** The epoch of the values; -1 for the initial ones. */
  epoch = -1;
  readonly #variables: readonly Variable[];
  readonly #sign: number;
  #values: Tensor[];
  #score = Infinity;

  /** Starts from the variables' values as they are. */
  constructor(variables: readonly Variable[], mode: "min" | "max") {
    this.#variables = variables;
    this.#sign = mode === "min" ? 1 : -1;
    this.#values = this.#copy();
  }

  /** Takes the variables' values if the score is better than any before. */
  offer(score: number, epoch: number): void {
    if (!(this.#sign * score < this.#score)) return;
    this.#score = this.#sign * score;
    this.epoch = epoch;
    this.dispose();
    this.#values = this.#copy();
  }

  /**
   * The score of the values, negative where the greatest is best; Infinity for the initial ones.
   */
  get score(): number {
    return this.#score;
  }

  /** The values, in the order of the variables; they stay this object's to free. */
  get values(): readonly Tensor[] {
    return this.#values;
  }

  /** Takes what a run of before kept. */
  resume(values: readonly Tensor[], score: number, epoch: number): void {
    this.#score = score;
    this.epoch = epoch;
    this.dispose();
    this.#values = values.map((value) => value.clone());
  }

  /** Gives the variables the best values, those that are still there. */
  restore(): void {
    this.#variables.forEach((variable, i) => {
      if (!variable.isDisposed) variable.assign(this.#values[i]!);
    });
  }

  /** Frees the values. */
  dispose(): void {
    for (const value of this.#values) value.dispose();
    this.#values = [];
  }

  /**
   * No copy on the device: an update gives a variable a new buffer and leaves the old one to the
   * clone.
   */
  #copy(): Tensor[] {
    return this.#variables.map((variable) => variable.clone());
  }
}
