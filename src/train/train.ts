/**
 * The trainer.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import type { Tensors } from "./tensors.ts";
import type { AnyTrainOptions, TrainOptions } from "./train_options.ts";
import type { TrainResult } from "./train_result.ts";
import { TrainingRun } from "./training_run.ts";

/**
 * Trains a model with any loss, with as little as possible between the batches and the GPU.
 *
 * Choose it over `model.fit` for a learnable noise, schedules, an early end, accumulated gradients,
 * rows that carry weights or a mask, or a model that is not made of layers. It never reads back
 * from the device per step: losses stay there and are read in bulk, about twice a second, and with
 * each validation.
 *
 * @param options Model, loss, data and the rest: see {@linkcode TrainOptions}.
 * @returns History, best epoch and speed. The model is trained in place; it ends with its best
 * weights where `restoreBest` says so, else with its last. An early end is not an error: the result
 * says what it was.
 * @throws {TypeError} If an option is unknown or its kind or a shape is wrong, or the loss is not
 * scalar.
 * @throws {RangeError} If an option's value is wrong, data is empty, or a checkpoint is of another
 * run.
 * @throws {Error} If a metric fails, or a weight is disposed while it is trained.
 * @throws {Error} If a checkpoint or log cannot be read or written: its `code` is the host's,
 * `ENOENT` say.
 * @throws {Error} If the GPU reports an error or is lost: the message has its words and the last
 * whole checkpoint, and the model is left as by a loss that is NaN.
 * @throws {Error} If the loss becomes NaN or infinite: the message names the epoch, and the model
 * is left with its best weights (the last sound ones where losses do not compare; its initial ones
 * if there were none).
 *
 * @example A line from four points
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { train } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(0));
 * const { history } = await train({
 *   model: { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] },
 *   loss: (pred, target) => tf.losses.meanSquaredError(target, pred),
 *   data: { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([0, 2, 4, 6]) },
 *   epochs: 50,
 *   optimizer: tf.train.sgd(0.1),
 * });
 * assert(history.at(-1)!.loss < 1e-6);
 * assert(Math.abs((await slope.data())[0]! - 2) < 1e-3);
 * ```
 *
 * @example Rows that weigh, one without a label; the best of the epochs by a balanced error
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { adam, balancedMeanAbsoluteError, mseLoss, train } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * const x = tf.tensor2d([[0], [1], [2], [3]]);
 * const { bestEpoch } = await train({
 *   model,
 *   loss: mseLoss, // takes weights and mask as they come
 *   data: {
 *     x,
 *     y: tf.tensor2d([[0], [2], [4], [NaN]]),
 *     weights: [1, 1, 2, 1],
 *     mask: [true, true, true, false],
 *   },
 *   epochs: 20,
 *   optimizer: adam(0.1),
 *   validation: { data: { x, y: tf.mul(x, 2) }, metrics: { balanced: balancedMeanAbsoluteError } },
 *   restoreBest: true,
 * });
 * assert(bestEpoch > 0);
 * ```
 */
export async function train<
  X extends Tensors = Tensor,
  Y extends Tensors = Tensor,
  P extends Tensors = Tensor,
>(options: TrainOptions<X, Y, P>): Promise<TrainResult> {
  const run = new TrainingRun(options as unknown as AnyTrainOptions);
  const start = performance.now();
  let stopped: TrainResult["stopped"];
  try {
    await run.open();
    for (let epoch = run.history.length; epoch < options.epochs; epoch++) {
      stopped = await run.stopped();
      if (stopped) break;
      const trained = await run.train(epoch);
      if (!trained.loss) {
        stopped = "signal"; // amid an epoch, which then is none
        break;
      }
      await options.callbacks?.onEpochDone?.(epoch);
      const measures = await run.validate(epoch);
      if (measures || run.mustRead(epoch)) await run.report(measures);
      await run.save(epoch);
    }
    await run.report();
    if (stopped === "patience") await run.save();
  } catch (error) {
    throw await run.failure(error);
  } finally {
    await run.close();
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    history: run.history,
    bestEpoch: run.bestEpoch,
    stepsPerSecond: run.steps / seconds,
    stopped,
  };
}
