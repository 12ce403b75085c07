/**
 * All rows of several tensors, put together on the host.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { mapTensors, tensorList, type Tensors } from "./tensors.ts";

/**
 * Joins values of one form along their rows, all read at once; the result is the caller's to free.
 * On the host, where metrics read them: they may exceed what the device binds at once.
 */
export async function joinOnHost(parts: readonly Tensors[]): Promise<Tensors> {
  const lists = parts.map(tensorList);
  const joined = await Promise.all(lists[0]!.map((_, i) => joinOne(lists.map((l) => l[i]!))));
  return mapTensors(parts[0]!, (_, i) => joined[i]!);
}

async function joinOne(parts: readonly Tensor[]): Promise<Tensor> {
  const values = await Promise.all(parts.map(read));
  const Values = values[0]!.constructor as Float32ArrayConstructor;
  const all = new Values(values.reduce((size, part) => size + part.length, 0));
  let start = 0;
  for (const part of values) {
    all.set(part, start);
    start += part.length;
  }
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  return tf.tensor(all, [rows, ...parts[0]!.shape.slice(1)], parts[0]!.dtype);
}
