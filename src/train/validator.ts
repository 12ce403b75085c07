/**
 * Metrics of a model on validation data.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { type Answer, askMetric, resultOf } from "./ask_metric.ts";
import { freePairs, joinPairs, type Pair } from "./pairs.ts";
import { rowCount, type Tensors } from "./tensors.ts";
import type { Trainee } from "./trainee.ts";
import type { Validation, ValidationMetric } from "./validation.ts";
import { type PairOptions, validationPairs } from "./validation_pairs.ts";

/** Metrics by name, in order: numbers, or scalars that are still on the device. */
export type Measures = readonly (readonly [name: string, value: number | Tensor])[];

type Metrics = readonly (readonly [string, ValidationMetric<Tensors, Tensors>])[];

/** Measures a model, epoch by epoch. */
export class Validator {
  readonly #every: number;
  readonly #pairs: ReturnType<typeof validationPairs>;
  readonly #metrics: Metrics;
  /** The metrics that are asked batch by batch; undefined until the first validation tells. */
  #byBatch: ReadonlySet<string> | undefined;

  /** Checks the data; `predict` is the model out of training. */
  constructor(
    validation: Validation<Tensors, Tensors, Tensors>,
    predict: Trainee["predict"],
    options: PairOptions = {},
  ) {
    const { metrics, every = 1 } = validation;
    this.#every = every;
    this.#metrics = Object.entries(metrics);
    this.#pairs = validationPairs(validation, predict, options);
  }

  /** Whether to validate after an epoch. */
  due(epoch: number, isLast: boolean): boolean {
    return isLast || (epoch + 1) % this.#every === 0;
  }

  /** Measures the model as it is; the scalars are the caller's to dispose. */
  async measure(epoch: number): Promise<Measures> {
    const sums = new Map<string, Tensor>();
    const pairs: Pair[] = [];
    let first: ReadonlyMap<string, Answer> | undefined;
    let [rows, count] = [0, 0];
    try {
      for await (const pair of this.#pairs(epoch)) {
        if (!pair) continue;
        pairs.push(pair);
        const asked = this.#metrics.filter(([name]) => this.#byBatch?.has(name) ?? true);
        const answers = ask(asked, pair);
        first ??= answers;
        this.#byBatch ??= new Set([...answers].flatMap(([n, a]) => "tensor" in a ? n : []));
        const size = rowCount(pair[1]);
        add(sums, answers, size, count++);
        rows += size;
        if (this.#byBatch.size === this.#metrics.length) freePairs(pairs);
      }
      if (rows === 0) {
        throw new RangeError(
          "Cannot validate as validation.data must have rows that count: current number is 0",
        );
      }
      const numbers = await this.#ofAll(pairs, first!);
      return this.#metrics.flatMap<Measures[number]>(([name]) => {
        const sum = sums.get(name);
        return sum ? [[name, tf.tidy(() => tf.div(sum, rows))]] : numbers.get(name)!;
      });
    } finally {
      tf.dispose([...sums.values()]);
      freePairs(pairs);
    }
  }

  /**
   * The metrics that are asked once; the first batch's answers are theirs where it was the only
   * one.
   */
  async #ofAll(
    pairs: readonly Pair[],
    first: ReadonlyMap<string, Answer>,
  ): Promise<Map<string, [string, number][]>> {
    const whole = this.#metrics.filter(([name]) => !this.#byBatch!.has(name));
    if (whole.length === 0) return new Map();
    const early = [...first.values()].flatMap((answer) => "result" in answer ? answer.result : []);
    // Only heard: answers to a part, if there are more batches.
    await Promise.allSettled(early);
    const isOne = pairs.length === 1;
    const pair = isOne ? pairs[0]! : await joinPairs(pairs, "validate");
    try {
      const answers = isOne && early.length > 0 ? first : ask(whole, pair);
      const results = whole.map(([name]) => numbersOf(name, answers.get(name)!));
      await Promise.allSettled(results);
      return new Map(await Promise.all(results));
    } finally {
      if (!isOne) freePairs([pair]);
    }
  }
}

/** Asks metrics all at once, so that they wait for the device together. */
function ask(metrics: Metrics, pair: Pair): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  try {
    for (const [name, metric] of metrics) {
      answers.set(name, askMetric(metric, pair, claimOf(name)));
    }
    return answers;
  } catch (error) {
    for (const answer of answers.values()) if ("tensor" in answer) answer.tensor.dispose();
    throw error;
  }
}

function claimOf(name: string): string {
  return `Cannot validate as the metric "${name}"`;
}

/** Adds a batch's values times its rows. */
function add(
  sums: Map<string, Tensor>,
  answers: ReadonlyMap<string, Answer>,
  rows: number,
  batch: number,
): void {
  for (const [name, answer] of answers) {
    if (!("tensor" in answer)) {
      if (!sums.has(name)) continue; // one that is asked once
      throw new TypeError(
        `${claimOf(name)} must return a tensor of each batch or of none: ` +
          `current value of batch ${batch} is none`,
      );
    }
    const before = sums.get(name);
    const sum = tf.tidy(() => {
      const value = tf.mul(tf.reshape(answer.tensor, []), rows);
      return before ? tf.add(before, value) : value;
    });
    sums.set(name, sum);
    tf.dispose([answer.tensor, before ?? []]);
  }
}

async function numbersOf(name: string, answer: Answer): Promise<[string, [string, number][]]> {
  const result = await resultOf(answer);
  if (typeof result === "number") return [name, [[name, result]]];
  const parts = typeof result === "object" && result !== null ? Object.entries(result) : [];
  if (parts.length > 0 && parts.every(([, part]) => typeof part === "number")) {
    return [name, parts.map(([part, number]) => [`${name}.${part}`, number])];
  }
  throw new TypeError(
    `${claimOf(name)} must return a number, a scalar tensor or numbers by name: ` +
      `current value is ${shown(result)}`,
  );
}
