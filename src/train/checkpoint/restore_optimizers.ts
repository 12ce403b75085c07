/**
 * Gives optimizers their states back, all or none.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../../check/same_shape.ts";
import { Refusal } from "../../files/attempt.ts";
import type { NamedTensor } from "../../files/safetensors.ts";
import {
  freeCopies,
  type OptimizerState,
  optimizerState,
  restoreOptimizer,
} from "../../optimizers/optimizer_state.ts";
import type { Optimizer, Tensor } from "../../tensor.ts";

/**
 * Gives each optimizer its state; where one does not take it, all are as they were before.
 *
 * @throws {Refusal} If a state is none of its optimizer's.
 */
export async function restoreOptimizers(
  optimizers: readonly Optimizer[],
  states: readonly OptimizerState[],
): Promise<void> {
  optimizers.forEach((optimizer, k) => checkFields(optimizer, states[k]!));
  const before: OptimizerState[] = [];
  try {
    for (const [k, optimizer] of optimizers.entries()) {
      before.push(await copyState(optimizer));
      await restoreOptimizer(optimizer, states[k]!);
    }
  } catch (cause) {
    for (const [k, state] of before.entries()) {
      await restoreOptimizer(optimizers[k]!, state).catch(() => {});
    }
    const message = cause instanceof Error ? cause.message : `${cause}`;
    throw new Refusal("its optimizers' states must be taken by them", `one fails: ${message}`);
  } finally {
    for (const { weights, fields } of before) tf.dispose(tensorsOf([...weights, ...fields]));
  }
}

function checkFields(optimizer: Optimizer, { fields }: OptimizerState): void {
  const own = optimizer as unknown as Record<string, Tensor | undefined>;
  for (const { name, tensor } of fields) {
    const field = Object.hasOwn(own, name) ? own[name] : undefined;
    const fits = field instanceof tf.Variable && sameShape(field.shape, tensor.shape);
    if (!fits) {
      throw new Refusal(
        "its optimizers' fields must be theirs",
        `field is ${name} [${tensor.shape}]`,
      );
    }
  }
}

/** The state in tensors of its own, which share the numbers. */
async function copyState(optimizer: Optimizer): Promise<OptimizerState> {
  const state = await optimizerState(optimizer);
  const clone = ({ name, tensor }: NamedTensor) => ({ name, tensor: tensor.clone() });
  const copy = { weights: state.weights.map(clone), fields: state.fields.map(clone) };
  freeCopies(state);
  return copy;
}

function tensorsOf(named: readonly NamedTensor[]): Tensor[] {
  return named.map(({ tensor }) => tensor);
}
