/**
 * The learning rates of a run.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Optimizer } from "../tensor.ts";
import type { EpochRecord } from "./epoch_record.ts";
import { LearningRate } from "./learning_rate.ts";

/**
 * Rates this near to each other, relative, are the same: the last digits of Math.cos and Math.exp
 * differ between versions of V8, and so between Deno and Node.
 */
const SAME = 1e-9;

/** Holds optimizers at their base rates times what a schedule says. */
export class Rates {
  readonly #schedule: Schedule;
  readonly #epochs: number;
  readonly #rates: readonly LearningRate[];
  readonly #base: number;

  /** Takes the optimizers' present rates as the base ones; the first is the model's. */
  constructor(schedule: Schedule, epochs: number, optimizers: readonly Optimizer[]) {
    this.#schedule = schedule;
    this.#epochs = epochs;
    this.#rates = optimizers.map((optimizer) => new LearningRate(optimizer));
    this.#base = this.#rates[0]!.value;
  }

  /**
   * Sets the rates of an epoch, given all epochs before it that have been read, and tells the
   * model's.
   */
  set(epoch: number, history: readonly EpochRecord[]): number {
    const factor = this.#factor(epoch, history);
    for (const rate of this.#rates) rate.scale(factor);
    return this.#rates[0]!.value;
  }

  /**
   * Throws unless a resumed run has had no more epochs than it is to have, at the rates that the
   * schedule gives them now: what is not the run at once would jump from one schedule to another.
   */
  checkResumed(history: readonly EpochRecord[], path: string): void {
    if (history.length > this.#epochs) {
      throw new RangeError(
        `Cannot resume training as epochs must be at least the ${history.length} that the ` +
          `checkpoint ${path} has had: current value is ${this.#epochs}`,
      );
    }
    for (const { epoch, learningRate } of history) {
      const now = this.#factor(epoch, history.slice(0, epoch)) * this.#base;
      if (Math.abs(now - learningRate) <= SAME * Math.abs(learningRate)) continue;
      throw new RangeError(
        `Cannot resume training as schedule must give the rates that the checkpoint ${path} was ` +
          "trained at, give the epochs of then, or train on from its weights in another folder: " +
          `current rate of epoch ${epoch} is ${now} in place of ${learningRate} under ` +
          `epochs ${this.#epochs}`,
      );
    }
  }

  /** Gives the optimizers their base rates back. */
  restore(): void {
    for (const rate of this.#rates) rate.scale(1);
  }

  #factor(epoch: number, history: readonly EpochRecord[]): number {
    const factor: unknown = this.#schedule(epoch, this.#epochs, history);
    if (typeof factor === "number" && Number.isFinite(factor)) return factor;
    throw new (typeof factor === "number" ? RangeError : TypeError)(
      `Cannot train as schedule must return a finite number: current value of epoch ${epoch} is ${
        shown(factor)
      }`,
    );
  }
}
