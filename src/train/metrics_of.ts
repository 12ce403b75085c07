/**
 * Metrics of predictions and labels, asked one after the other.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import type { Tensors } from "./tensors.ts";

/** A metric of all rows, sync or async, without its types. */
export type AnyMetric = (pred: Tensors, target: Tensors) => unknown;

/**
 * Asks each metric once.
 *
 * Tensors that a metric makes before it first waits are freed once it is done, and a scalar tensor
 * that it returns is read; those that it makes later are its own.
 *
 * @param claim How a message begins: "Cannot evaluate".
 * @returns The results by name, tensors as numbers.
 * @throws {Error} If one throws or rejects, its error as the cause, or returns a tensor that is no
 * scalar, or nothing: the message names it. Those after it are not asked.
 */
export async function metricsOf(
  metrics: Readonly<Record<string, AnyMetric>>,
  pred: Tensors,
  target: Tensors,
  claim: string,
): Promise<Record<string, unknown>> {
  const results: [string, unknown][] = [];
  for (const [name, metric] of Object.entries(metrics)) {
    results.push([name, await resultOf(metric, pred, target, `${claim} as the metric "${name}"`)]);
  }
  return Object.fromEntries(results);
}

/** Throws unless these are functions by name, at least one. */
export function checkMetrics(metrics: unknown, claim: string): void {
  const isRecord = typeof metrics === "object" && metrics !== null && !Array.isArray(metrics) &&
    !(metrics instanceof tf.Tensor);
  if (!isRecord || Object.keys(metrics).length === 0) {
    throw new TypeError(
      `${claim} as metrics must be functions by name, at least one: ` +
        `current value is ${shown(metrics)}`,
    );
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (typeof metric === "function") continue;
    throw new TypeError(
      `${claim} as the metric "${name}" must be a function of (pred, target): ` +
        `current value is ${shown(metric)}`,
    );
  }
}

async function resultOf(
  metric: AnyMetric,
  pred: Tensors,
  target: Tensors,
  claim: string,
): Promise<unknown> {
  const engine = tf.engine();
  let made: Tensor[] = [];
  let result: unknown;
  try {
    engine.startScope();
    try {
      result = metric(pred, target);
    } finally {
      // An async metric goes on with them.
      made = [...engine.state.activeScope.track];
      engine.endScope(made);
    }
    result = await result;
  } catch (cause) {
    free(made);
    throw new Error(`${claim} must not fail: current error is ${shown(cause)}`, { cause });
  }
  try {
    return await valueOf(result, claim);
  } finally {
    if (result instanceof tf.Tensor) free([result]);
    free(made);
  }
}

async function valueOf(result: unknown, claim: string): Promise<unknown> {
  const isScalar = result instanceof tf.Tensor && result.size === 1 && !result.isDisposed;
  if (isScalar) return (await read(result))[0]!;
  if (result instanceof tf.Tensor || result === undefined || result === null) {
    throw new TypeError(
      `${claim} must return a result, no tensor but a scalar: current value is ${shown(result)}`,
    );
  }
  return result;
}

function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) if (!tensor.kept) tensor.dispose();
}
