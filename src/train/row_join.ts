/**
 * Parts of rows as one.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../check/same_shape.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { exceedsBinding } from "./row_source.ts";
import { mapTensors, namedTensors, tensorList, type Tensors } from "./tensors.ts";

/**
 * Joins parts of one form along their rows, at least one part: on the device, or on the host where
 * the whole exceeds what the device binds at once.
 *
 * @returns New tensors, the caller's to free; the parts stay.
 */
export async function joinParts(parts: readonly Tensors[]): Promise<Tensors> {
  const lists = parts.map(tensorList);
  const wholes: Tensor[] = [];
  try {
    for (let i = 0; i < lists[0]!.length; i++) {
      wholes.push(await joined(lists.map((list) => list[i]!)));
    }
  } catch (error) {
    tf.dispose(wholes);
    throw error;
  }
  return mapTensors(parts[0]!, (_, i) => wholes[i]!);
}

/** Whether two have the same form, types and shapes, but for how many rows. */
export function isSameKind(one: Tensors, other: Tensors): boolean {
  const [a, b] = [namedTensors(one, ""), namedTensors(other, "")];
  return a.length === b.length && a.every(([name, { dtype, shape }], i) => {
    const [otherName, tensor] = b[i]!;
    return name === otherName && dtype === tensor.dtype &&
      sameShape(shape.slice(1), tensor.shape.slice(1));
  });
}

/** The shapes as a message shows them: "x[0] [4,3] and x[1] [4]". */
export function shapesOf(value: Tensors, name: string): string {
  return namedTensors(value, name).map(([own, { shape }]) => `${own} [${shape}]`).join(" and ");
}

async function joined(parts: readonly Tensor[]): Promise<Tensor> {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (!exceedsBinding({ size } as Tensor)) return tf.concat([...parts], 0);
  const { dtype, shape: [, ...inner] } = parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  const whole = tf.buffer([rows, ...inner], dtype as "float32");
  let at = 0;
  for (const part of parts) {
    whole.values.set(await read(part), at);
    at += part.size;
  }
  return whole.toTensor();
}
