/**
 * Tensors in the three forms in which models take and give them: one, a list, or by name.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import type { Tensor } from "../tensor.ts";

/** One tensor, several in an array, or several by name. */
export type Tensors =
  | Tensor
  | readonly Tensor[]
  | readonly [Tensor, ...Tensor[]] // lets TypeScript infer how many there are
  | Readonly<Record<string, Tensor>>;

/** Whether a value is tensors in one of the forms, at least one. */
export function isTensors(value: unknown): value is Tensors {
  if (isTensor(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const isRecord = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  const items: unknown[] = isRecord ? Object.values(value) : [];
  return items.length > 0 && items.every((item) => isTensor(item));
}

/** The tensors, in order. */
export function tensorList(value: Tensors): Tensor[] {
  return isTensor(value) ? [value] : Object.values(value);
}

/** The tensors under the names that a message calls them by: `x`, `x[0]`, `x.age`. */
export function namedTensors(value: Tensors, name: string): [name: string, tensor: Tensor][] {
  if (isTensor(value)) return [[name, value]];
  if (isList(value)) return value.map((tensor, i) => [`${name}[${i}]`, tensor]);
  return Object.entries(value).map(([key, tensor]) => [`${name}.${key}`, tensor]);
}

/** The same form with other tensors. */
export function mapTensors(value: Tensors, change: (tensor: Tensor, i: number) => Tensor): Tensors {
  if (isTensor(value)) return change(value, 0);
  if (isList(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([k, tensor], i) => [k, change(tensor, i)]));
}

/** How many rows the first of the tensors has. */
export function rowCount(value: Tensors): number {
  return tensorList(value)[0]!.shape[0] ?? 0;
}

/** Several values of one form, joined along their rows. */
export function joinRows(values: readonly Tensors[]): Tensors {
  const lists = values.map(tensorList);
  return mapTensors(values[0]!, (_, i) => tf.concat(lists.map((list) => list[i]!), 0));
}

/** Whether they are by name. */
export function isNamed(value: Tensors): boolean {
  return !isTensor(value) && !isList(value);
}

function isList(value: Tensors): value is readonly Tensor[] {
  return Array.isArray(value);
}
