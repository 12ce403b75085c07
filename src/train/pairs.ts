/**
 * Predictions and labels, side by side.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isSameKind, joinParts, shapesOf } from "./row_join.ts";
import type { Tensors } from "./tensors.ts";

/** Predictions and labels of some rows. */
export type Pair = readonly [pred: Tensors, target: Tensors];

/**
 * Joins the pairs of all batches, at least one, along their rows: new tensors, the caller's to
 * free.
 *
 * @throws {TypeError} If they are not of one kind.
 */
export async function joinPairs(pairs: readonly Pair[], action: string): Promise<Pair> {
  for (const pair of pairs) checkKinds(pair, pairs[0]!, action);
  const pred = await joinParts(pairs.map(([pred]) => pred));
  try {
    return [pred, await joinParts(pairs.map(([, target]) => target))];
  } catch (error) {
    tf.dispose(pred as tf.TensorContainer);
    throw error;
  }
}

/** Frees the pairs and empties the list. */
export function freePairs(pairs: Pair[]): void {
  tf.dispose(pairs as unknown as tf.TensorContainer);
  pairs.length = 0;
}

function checkKinds(pair: Pair, first: Pair, action: string): void {
  ["predictions", "labels"].forEach((name, side) => {
    if (isSameKind(pair[side]!, first[side]!)) return;
    throw new TypeError(
      `Cannot ${action} as the ${name} of all batches must be of one kind: ` +
        `current shapes are ${shapesOf(pair[side]!, name)}, before ${shapesOf(first[side]!, name)}`,
    );
  });
}
