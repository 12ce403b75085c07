/**
 * Losses for tfjs's layers models.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Turns a loss `(pred, target)` into the `(yTrue, yPred)` that `model.compile({ loss })` takes.
 *
 * Choose it to train with tfjs's own `model.fit`; {@linkcode train} takes losses as they are.
 *
 * @param loss A loss of predictions and labels, a scalar tensor.
 * @returns The same loss with its arguments in tfjs's order.
 * @throws {TypeError} If it is no function.
 *
 * @example A model with Balanced MSE
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, layersLoss } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * model.compile({ optimizer: "sgd", loss: layersLoss((pred, target) => bmcLoss(pred, target, 1)) });
 * const { history } = await model.fit(tf.ones([8, 1]), tf.ones([8, 1]), { verbose: 0 });
 * assert(history.loss!.length === 1);
 * ```
 */
export function layersLoss(
  loss: (pred: Tensor, target: Tensor) => Tensor,
): (yTrue: Tensor, yPred: Tensor) => Tensor {
  if (typeof loss !== "function") {
    throw new TypeError(
      `Cannot adapt a loss as it must be a function of (pred, target): current value is ${
        shown(loss)
      }`,
    );
  }
  return (yTrue, yPred) => loss(yPred, yTrue);
}
