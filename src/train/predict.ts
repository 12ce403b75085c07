/**
 * Predictions of a model.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import type { LayersModel, Tensor } from "../tensor.ts";
import { inferenceOf, type Predictor } from "./inference.ts";
import { predictRows } from "./predict_rows.ts";
import type { Tensors } from "./tensors.ts";

/** Options of {@linkcode predict} and {@linkcode evaluate}. */
export interface PredictOptions {
  /** Rows at once, an integer from 1. More are faster and take more memory. Default 32. */
  readonly batchSize?: number | undefined;
}

/**
 * Predicts any number of rows, in batches, at inference.
 *
 * Choose it over `model.predict` where the rows are many: it takes more rows than a WebGPU device
 * binds at once, as long as they are on the host, where `tf.tensor` puts them, and lets the page
 * live on. It takes a model that is not made of layers as well.
 *
 * @param model A `tf.LayersModel`, or what has a `predict` of tensors, such as the models that
 * {@linkcode train} takes.
 * @param x Inputs, `[N, ...]`: a tensor, several in an array, or by name.
 * @param options See {@linkcode PredictOptions}.
 * @returns Predictions, `[N, ...]`, in the form in which the model gives them: of a model with
 * several outputs several tensors. They are the caller's to dispose; `x` stays the caller's.
 * @throws {TypeError} If an argument or what the model returns is of the wrong kind or shape.
 * @throws {RangeError} If there is no row, `batchSize` is not an integer above 0, or `x` exceeds
 * the device's limit and is not on the host.
 *
 * @example Ten rows, four at once
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { predict } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
 * const pred = await predict(model, tf.zeros([10, 3]), { batchSize: 4 });
 * assertEquals(pred.shape, [10, 2]);
 * ```
 */
export function predict<P extends Tensors = Tensor>(
  model: LayersModel,
  x: Tensors,
  options?: PredictOptions,
): Promise<P>;
/** The same for a model that is not made of layers. */
export function predict<X extends Tensors, P extends Tensors>(
  model: Predictor<X, P>,
  x: X,
  options?: PredictOptions,
): Promise<P>;
export async function predict(
  model: LayersModel | Predictor<Tensors, Tensors>,
  x: Tensors,
  options: PredictOptions = {},
): Promise<Tensors> {
  const batchSize = batchSizeOf(options, "Cannot predict");
  const infer = inferenceOf(model, "Cannot predict");
  return await predictRows(infer, x, { batchSize, byName: false, action: "predict" });
}

/** The checked options. */
export function batchSizeOf(options: PredictOptions, claim: string): number {
  checkOptions(options, ["batchSize"], claim);
  const { batchSize = 32 } = options;
  checkNumber(batchSize, "batchSize", claim, { least: 1, whole: true });
  return batchSize;
}
