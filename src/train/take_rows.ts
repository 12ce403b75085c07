/**
 * Some of the rows of tensors of any size.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { rowSource } from "./row_source.ts";
import { mapTensors, namedTensors, type Tensors } from "./tensors.ts";

/** Where a mask `[N]` is true. */
export async function indicesOf(mask: Tensor): Promise<Int32Array> {
  return Int32Array.from([...await read(mask)].flatMap((keep, i) => keep ? [i] : []));
}

/** The rows with these indices, all where there are none, as new tensors of the same form. */
export async function takeRows(
  value: Tensors,
  kept: Int32Array | undefined,
  name: string,
  action: string,
): Promise<Tensors> {
  if (kept === undefined) return mapTensors(value, (tensor) => tensor.clone());
  const taken: Tensor[] = [];
  const indices = tf.tensor1d(kept, "int32");
  try {
    for (const [ownName, tensor] of namedTensors(value, name)) {
      const source = rowSource(tensor, ownName, action);
      try {
        await source.begin(kept, indices);
        taken.push(source.part(0, kept.length));
      } finally {
        source.end();
      }
    }
  } catch (error) {
    tf.dispose(taken);
    throw error;
  } finally {
    indices.dispose();
  }
  return mapTensors(value, (_, i) => taken[i]!);
}

/**
 * Predictions and labels of the rows that a mask leaves, all without one, as new tensors; nothing
 * where it leaves none.
 */
export async function takePair(
  pred: Tensors,
  target: Tensors,
  mask: Tensor | undefined,
  name: string,
  action: string,
): Promise<readonly [pred: Tensors, target: Tensors] | undefined> {
  const kept = mask && await indicesOf(mask);
  if (kept?.length === 0) return undefined;
  const own = await takeRows(pred, kept, "pred", action);
  try {
    return [own, await takeRows(target, kept, name, action)];
  } catch (error) {
    tf.dispose(own as tf.TensorContainer);
    throw error;
  }
}
