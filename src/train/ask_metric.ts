/**
 * A call of a metric, and what it came to.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import type { Pair } from "./pairs.ts";
import type { Tensors } from "./tensors.ts";

/** A metric, sync or async, without its types. */
export type AnyMetric = (pred: Tensors, target: Tensors) => unknown;

/** What a metric has returned: a scalar at once, or what will come of anything else. */
export type Answer = { readonly tensor: Tensor } | { readonly result: Promise<unknown> };

/**
 * Asks a metric. Its answer's tensor is the caller's to free; what it makes on the way is freed, of
 * an async one what it makes before it first waits, once it is done. A scalar tensor that it
 * promises is read. A promise that rejects is never left unheard.
 *
 * @param claim How a message begins: 'Cannot evaluate as the metric "mae"'.
 * @throws {Error} If it throws; later, where it rejects, its error as the cause.
 * @throws {TypeError} If it returns a tensor that is no scalar; later, where it promises one.
 */
export function askMetric(metric: AnyMetric, [pred, target]: Pair, claim: string): Answer {
  let value: unknown;
  let made: Tensor[] = [];
  const engine = tf.engine();
  engine.startScope("metric");
  try {
    value = metric(pred, target);
    made = [...engine.state.activeScope.track];
  } catch (cause) {
    throw failed(claim, cause);
  } finally {
    // An async metric goes on with its tensors.
    engine.endScope(isPromise(value) ? made : made.filter((tensor) => tensor === value));
  }
  if (isTensor(value)) {
    checkScalar(value, claim);
    // What was kept, or there before, is its owner's.
    return { tensor: made.includes(value) && !value.kept ? value : value.clone() };
  }
  const result = isPromise(value) ? settled(value, made, claim) : Promise.resolve(value);
  result.catch(() => {}); // heard where it is awaited
  return { result };
}

/** What an answer came to, a tensor read and freed. */
export async function resultOf(answer: Answer): Promise<unknown> {
  return "tensor" in answer ? await readOut(answer.tensor) : await answer.result;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

async function settled(
  value: PromiseLike<unknown>,
  made: readonly Tensor[],
  claim: string,
): Promise<unknown> {
  try {
    const result = await Promise.resolve(value).catch((cause) => {
      throw failed(claim, cause);
    });
    if (!isTensor(result)) return result;
    checkScalar(result, claim);
    return await readOut(result);
  } finally {
    free(made);
  }
}

async function readOut(tensor: Tensor): Promise<number> {
  try {
    return (await read(tensor))[0]!;
  } finally {
    free([tensor]);
  }
}

function checkScalar(tensor: Tensor, claim: string): void {
  if (tensor.size === 1 && !tensor.isDisposed) return;
  const value = shown(tensor);
  free([tensor]);
  throw new TypeError(`${claim} must return no tensor but a scalar: current value is ${value}`);
}

function failed(claim: string, cause: unknown): Error {
  return new Error(`${claim} must not fail: current error is ${shown(cause)}`, { cause });
}

function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) if (!tensor.kept) tensor.dispose();
}
