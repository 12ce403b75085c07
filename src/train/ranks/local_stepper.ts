/**
 * Ranks that train by themselves for some steps, and what they average then.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Group } from "../../distributed/group.ts";
import {
  freeCopies,
  type OptimizerState,
  optimizerState,
  restoreOptimizer,
} from "../../optimizers/optimizer_state.ts";
import type { Optimizer, Tensor, Variable } from "../../tensor.ts";
import type { ParameterGroup } from "../update.ts";
import { FlatReader, readFlat } from "./flat.ts";
import type { Ranks } from "./ranks.ts";

/** Counts a rank's steps, and brings it together with the others. */
export class LocalStepper {
  readonly #ranks: Ranks;
  readonly #variables: readonly Variable[];
  readonly #optimizers: readonly Optimizer[];
  #steps = 0;

  constructor(ranks: Ranks, groups: readonly ParameterGroup[]) {
    const variables = groups.flatMap(({ variables }) => variables);
    this.#ranks = ranks;
    this.#variables = variables.filter(({ trainable }) => trainable);
    this.#optimizers = groups.map(({ optimizer }) => optimizer);
  }

  /** Counts a step, after which weights are averaged where that is due. */
  async step(): Promise<void> {
    if (++this.#steps % this.#ranks.every! === 0) await this.#average();
  }

  /**
   * Ends an epoch: weights are averaged, and what the optimizers remember, so that all ranks are
   * where the first is, which writes the checkpoints.
   *
   * @returns The mean of the ranks' losses.
   */
  async endEpoch(loss: Tensor): Promise<Tensor> {
    const mean = await this.#average([loss]);
    this.#steps = 0;
    for (const optimizer of this.#optimizers) await averageState(this.#ranks.group, optimizer);
    return mean[0]!;
  }

  /** Averages the weights, and more tensors, which it frees. */
  async #average(more: readonly Tensor[] = []): Promise<Tensor[]> {
    const ranks = this.#ranks;
    const { size } = ranks.group;
    const head = tf.tensor1d([ranks.flag, this.#steps]);
    const values = await readFlat([head, ...this.#variables, ...more])
      .finally(() => tf.dispose([head, ...more]));
    await ranks.group.allReduceSum(values);
    checkSteps(values[1]!, this.#steps * size);
    ranks.hear(values[0]!);
    for (let i = 2; i < values.length; i++) values[i] = values[i]! / size;
    const reader = new FlatReader(values.subarray(2));
    for (const variable of this.#variables) {
      const mean = reader.tensor(variable.shape);
      variable.assign(mean);
      mean.dispose();
    }
    return more.map(({ shape }) => reader.tensor(shape));
  }
}

function checkSteps(sum: number, expected: number): void {
  if (sum === expected) return;
  throw new RangeError(
    "Cannot train as data must have as many steps on every rank: current numbers of steps add up " +
      `to ${sum} in place of ${expected}`,
  );
}

/** Averages what optimizers remember of the ranks. */
async function averageState(group: Group, optimizer: Optimizer): Promise<void> {
  const state = await optimizerState(optimizer);
  const made: Tensor[] = [];
  try {
    const all = [...state.weights, ...state.fields].map(({ tensor }) => tensor);
    const floats = all.filter(({ dtype }) => dtype === "float32");
    if (floats.length === 0) return;
    const values = await readFlat(floats.length > 1 ? floats : [floats[0]!, one(made)]);
    await group.allReduceSum(values);
    const reader = new FlatReader(values.map((value) => value / group.size));
    const means = new Map(floats.map((tensor) => [tensor, reader.tensor(tensor.shape)]));
    made.push(...means.values());
    const mean = (list: OptimizerState["weights"]) =>
      list.map(({ name, tensor }) => ({ name, tensor: means.get(tensor) ?? tensor }));
    await restoreOptimizer(optimizer, { weights: mean(state.weights), fields: mean(state.fields) });
  } finally {
    freeCopies(state);
    tf.dispose(made);
  }
}

/** So that what is read is a list of its own, not the tensor's. */
function one(made: Tensor[]): Tensor {
  made.push(tf.scalar(1));
  return made.at(-1)!;
}
