/**
 * The parts that data comes in, without an order of its own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Batches, Dataset } from "./data.ts";
import type { Tensors } from "./tensors.ts";

/**
 * Gives each part, unchecked, and what a message calls it; it lives until the next is asked for.
 */
export async function* dataItems(
  data: unknown,
  action: string,
): AsyncGenerator<readonly [name: string, given: unknown]> {
  if (typeof data === "function") {
    throw new TypeError(
      `Cannot ${action} as data must be { x, y } or an iterable of such, so call the function: ` +
        `current value is ${shown(data)}`,
    );
  }
  if (isDataset(data)) {
    yield* elementsOf(data);
  } else if (isIterable(data)) {
    for await (const given of data) yield ["a batch of data", given];
  } else {
    yield ["data", data];
  }
}

/** Whether data comes in parts: an iterable of batches or a dataset. */
export function isInParts(data: unknown): data is Batches<Tensors, Tensors> | Dataset {
  return isDataset(data) || isIterable(data);
}

/** Whether its parts have to be waited for. */
export function isAsync(data: Batches<Tensors, Tensors> | Dataset): boolean {
  return isDataset(data) || Symbol.asyncIterator in data;
}

function isDataset(data: unknown): data is Dataset {
  return typeof data === "object" && data !== null && "iterator" in data &&
    typeof data.iterator === "function";
}

function isIterable(data: unknown): data is AsyncIterable<unknown> {
  if (typeof data !== "object" || data === null || isTensor(data)) return false;
  // A list of tensors is no list of batches: let it be refused as a whole, with the remedy.
  const isList = Array.isArray(data) && data.some((item) => isTensor(item));
  return !isList && (Symbol.iterator in data || Symbol.asyncIterator in data);
}

/** The elements of a dataset, `{ xs, ys }` or `{ x, y }`, which nobody else frees. */
async function* elementsOf(dataset: Dataset): AsyncGenerator<readonly [string, unknown]> {
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const element: unknown = next.value;
    try {
      const isNamed = typeof element === "object" && element !== null && "xs" in element;
      const { xs: x, ys: y } = (isNamed ? element : {}) as Record<string, unknown>;
      yield ["an element of the dataset", isNamed ? { x, y } : element];
    } finally {
      tf.dispose(element as tf.TensorContainer);
    }
  }
}
