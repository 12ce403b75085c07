/**
 * A call of a metric, and what it came to.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import type { Tensors } from "./tensors.ts";
import type { ValidationMetric } from "./validation.ts";

/** What a metric has returned: a tensor, or what will come of anything else. */
export type Answer =
  | { readonly tensor: Tensor }
  | { readonly numbers: Promise<[name: string, value: number][]> };

/**
 * Asks a metric. Its answer's tensor is the caller's to free; what it makes on the way is freed, of
 * an async one what it makes before it first waits. A promise that rejects is never left unheard.
 *
 * @throws {Error} If it throws; later, where it rejects or returns what is no number: the message
 * names the metric.
 */
export function askMetric(
  name: string,
  metric: ValidationMetric<Tensors, Tensors>,
  pred: Tensors,
  target: Tensors,
): Answer {
  let value: unknown;
  let made: Tensor[] = [];
  const engine = tf.engine();
  engine.startScope("metric");
  try {
    value = metric(pred, target);
    // An async metric goes on with its tensors.
    if (isPromise(value)) made = engine.state.activeScope.track.filter(({ kept }) => !kept);
  } catch (cause) {
    throw failed(name, cause);
  } finally {
    engine.endScope((value instanceof tf.Tensor ? value : made) as Tensor);
  }
  if (value instanceof tf.Tensor) return { tensor: scalar(name, value) };
  const numbers = settle(name, value).finally(() => tf.dispose(made));
  numbers.catch(() => {}); // heard where it is awaited
  return { numbers };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

async function settle(name: string, value: unknown): Promise<[string, number][]> {
  const result = await Promise.resolve(value).catch((cause) => {
    throw failed(name, cause);
  });
  if (typeof result === "number") return [[name, result]];
  if (result instanceof tf.Tensor) {
    const one = scalar(name, result);
    try {
      const [number] = await read(one);
      return [[name, number!]];
    } finally {
      one.dispose();
    }
  }
  const parts = typeof result === "object" && result !== null ? Object.entries(result) : [];
  if (parts.length === 0 || parts.some(([, part]) => typeof part !== "number")) {
    throw strange(name, shown(result));
  }
  return parts.map(([part, number]) => [`${name}.${part}`, number as number]);
}

function scalar(name: string, tensor: Tensor): Tensor {
  if (tensor.size === 1 && !tensor.isDisposed) return tensor;
  const value = shown(tensor);
  tensor.dispose();
  throw strange(name, value);
}

function failed(name: string, cause: unknown): Error {
  return new Error(
    `Cannot validate as the metric "${name}" must not fail: current error is ${shown(cause)}`,
    { cause },
  );
}

function strange(name: string, value: string): TypeError {
  return new TypeError(
    `Cannot validate as the metric "${name}" must return a number, a scalar tensor or numbers ` +
      `by name: current value is ${value}`,
  );
}
