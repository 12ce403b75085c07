/**
 * Metrics of a model.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, Tensor } from "../tensor.ts";
import { type AnyMetric, askMetric, resultOf } from "./ask_metric.ts";
import { checkMetrics } from "./check_metrics.ts";
import type { Batch, Batches, Dataset } from "./data.ts";
import { dataItems } from "./data_items.ts";
import { type Inference, inferenceOf, type Predictor } from "./inference.ts";
import { freePairs, joinPairs, type Pair } from "./pairs.ts";
import { batchSizeOf, type PredictOptions } from "./predict.ts";
import { predictRows } from "./predict_rows.ts";
import { freeMade, type RowBatch, rowBatch } from "./row_batch.ts";
import { takePair } from "./take_rows.ts";
import { isNamed, namedTensors, type Tensors } from "./tensors.ts";

/**
 * A metric of all rows: `balancedMeanAbsoluteError` and the like as they are, or a function of your
 * own, sync or async. A scalar tensor that it returns is read; anything else is the result as it
 * is.
 */
export type EvaluationMetric<P extends Tensors = Tensor, Y extends Tensors = Tensor> = (
  pred: P,
  target: Y,
) => unknown;

/** What the metrics came to, by their names: tensors as numbers. */
export type Evaluation<M extends Readonly<Record<string, (...args: never[]) => unknown>>> = {
  readonly [Name in keyof M]: Awaited<ReturnType<M[Name]>> extends Tensor ? number
    : Awaited<ReturnType<M[Name]>>;
};

/**
 * Measures a model on data: its predictions of all rows at inference, then each metric once.
 *
 * Choose it for the test set. A metric sees all rows together, which errors within label bins,
 * correlations and shots need.
 *
 * @param model A `tf.LayersModel`, or what has a `predict` of tensors.
 * @param data Inputs and labels `{ x, y }`, an iterable of such batches, which disposes its
 * tensors, or a `tf.data` dataset of them, whose tensors are disposed here. Rows that a `mask`
 * leaves out are not measured. `weights` are for losses: no metric gets them.
 * @param metrics Functions `(pred, target)` by name. With labels by name, the outputs of a model of
 * layers come by name, too.
 * @param options See {@linkcode PredictOptions}.
 * @returns Each metric's result by its name.
 * @throws {TypeError} If an argument or what the model returns is of the wrong kind or shape.
 * @throws {RangeError} If there is no row, or `batchSize` is not an integer above 0.
 * @throws {Error} If a metric throws or rejects: the message names it, and its error is the cause.
 *
 * @example Exported metrics and one of your own
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { balancedMeanAbsoluteError, evaluate, meanAbsoluteError, shotwise } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const model = { predict: (x: tf.Tensor) => tf.mul(x, 2), variables: [] };
 * const data = { x: tf.tensor1d([1, 1, 1, 6]), y: tf.tensor1d([1, 1, 1, 9]) };
 * const { balanced, shots, bias } = await evaluate(model, data, {
 *   balanced: balancedMeanAbsoluteError,
 *   shots: (pred, y) => shotwise(meanAbsoluteError, pred, y, [...new Array(150).fill(1), 9]),
 *   bias: (pred, y) => tf.mean(tf.sub(pred, y)),
 * });
 * assertEquals([balanced, shots.many, shots.few, bias], [2, 1, 3, 1.5]);
 * ```
 */
export function evaluate<
  Y extends Tensors,
  M extends Readonly<Record<string, EvaluationMetric<Y, Y>>>,
>(
  model: LayersModel,
  data: Batch<Tensors, Y> | Batches<Tensors, Y>,
  metrics: M,
  options?: PredictOptions,
): Promise<Evaluation<M>>;
/** The same for a model that is not made of layers. */
export function evaluate<
  X extends Tensors,
  Y extends Tensors,
  P extends Tensors,
  M extends Readonly<Record<string, EvaluationMetric<P, Y>>>,
>(
  model: Predictor<X, P>,
  data: Batch<X, Y> | Batches<X, Y>,
  metrics: M,
  options?: PredictOptions,
): Promise<Evaluation<M>>;
/** The same for a dataset. */
export function evaluate<M extends Readonly<Record<string, EvaluationMetric>>>(
  model: LayersModel | Predictor,
  data: Dataset,
  metrics: M,
  options?: PredictOptions,
): Promise<Evaluation<M>>;
export async function evaluate(
  model: LayersModel | Predictor<Tensors, Tensors>,
  data: unknown,
  metrics: Readonly<Record<string, AnyMetric>>,
  options: PredictOptions = {},
): Promise<Record<string, unknown>> {
  const claim = "Cannot evaluate";
  const batchSize = batchSizeOf(options, claim);
  const infer = inferenceOf(model, claim);
  checkMetrics(metrics, "metrics", claim);
  const parts: Pair[] = [];
  const wholes: Pair[] = [];
  try {
    for await (const [name, given] of dataItems(data, "evaluate")) {
      const part = await pairOf(infer, given, name, batchSize);
      if (part !== undefined) parts.push(part);
    }
    if (parts.length === 0) {
      throw new RangeError(`${claim} as data must have rows that count: current number is 0`);
    }
    wholes.push(await joinPairs(parts, "evaluate"));
    freePairs(parts);
    const results: [string, unknown][] = [];
    for (const [name, metric] of Object.entries(metrics)) {
      const own = `${claim} as the metric "${name}"`;
      const result = await resultOf(askMetric(metric, wholes[0]!, own));
      if (result === undefined || result === null) {
        throw new TypeError(`${own} must return a result: current value is ${result}`);
      }
      results.push([name, result]);
    }
    return Object.fromEntries(results);
  } finally {
    freePairs([...parts, ...wholes]);
  }
}

/** Predictions and labels of the rows that count; nothing where none does. */
async function pairOf(
  infer: Inference,
  given: unknown,
  name: string,
  batchSize: number,
): Promise<Pair | undefined> {
  const batch = rowBatch(given, name, "evaluate");
  let pred: Tensors | undefined;
  try {
    checkNumeric(batch, name);
    const rows = { batchSize, byName: isNamed(batch.y), action: "evaluate" };
    pred = await predictRows(infer, batch.x, rows);
    return await takePair(pred, batch.y, batch.mask, `${name}.y`, "evaluate");
  } finally {
    freeMade(batch, given);
    if (pred !== undefined) tf.dispose(pred as tf.TensorContainer);
  }
}

/** No metric measures text, and tfjs gathers none. */
function checkNumeric({ x, y }: RowBatch, name: string): void {
  for (const [own, tensor] of [...namedTensors(x, "x"), ...namedTensors(y, "y")]) {
    if (tensor.dtype !== "string") continue;
    throw new TypeError(
      `Cannot evaluate as ${name}.${own} must be numbers: current dtype is string`,
    );
  }
}
