/**
 * Predictions that ranks share out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Group } from "../../distributed/group.ts";
import type { Pair } from "../pairs.ts";
import { isNamed, namedTensors, tensorList, type Tensors } from "../tensors.ts";
import { type Gathered, gatherTensors } from "./gather_tensors.ts";

/** The forms of predictions and labels, nothing where a batch has no row that counts. */
type Told = readonly [Form, Form] | "none" | "end";

/** One tensor, how many in a list, or the names. */
type Form = "one" | number | readonly string[];

/**
 * Gives every rank the pairs of all, a batch of each rank at a time and in their order, until none
 * has another; `own` are this rank's. So metrics are asked of the same batches as by one rank,
 * while each rank has predicted its own.
 */
export async function* sharedPairs(
  own: AsyncIterable<Pair | undefined>,
  group: Group,
): AsyncGenerator<Pair> {
  const iterator = own[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value: pair } = await iterator.next();
      let mine: Pair | undefined = done ? undefined : pair;
      try {
        const told = done ? "end" : mine ? [formOf(mine[0]), formOf(mine[1])] as const : "none";
        const tensors = mine ? mine.flatMap(tensorList) : [];
        const all = await gatherTensors<Told>(group, told, tensors);
        if (all.every(({ value }) => value === "end")) return;
        for (const [rank, given] of all.entries()) {
          if (typeof given.value === "string") continue;
          const next = rank === group.rank ? mine! : pairOf(given);
          if (next === mine) mine = undefined; // whoever takes it frees it
          yield next;
        }
      } finally {
        tf.dispose(mine as unknown as tf.TensorContainer);
      }
    }
  } finally {
    await iterator.return?.();
  }
}

function formOf(value: Tensors): Form {
  if (value instanceof tf.Tensor) return "one";
  return isNamed(value) ? Object.keys(value) : namedTensors(value, "").length;
}

function pairOf({ value, tensors }: Gathered<Told>): Pair {
  const list = tensors();
  const take = (form: Form): Tensors => {
    if (form === "one") return list.shift()!;
    if (typeof form === "number") return list.splice(0, form);
    return Object.fromEntries(form.map((name) => [name, list.shift()!]));
  };
  const [pred, target] = value as readonly [Form, Form];
  return [take(pred), take(target)];
}
