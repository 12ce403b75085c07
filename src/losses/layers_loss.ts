/**
 * Losses for tfjs's layers models.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { NoiseWatch } from "./idle_noise.ts";
import { noisesUsedBy } from "./noise_use.ts";

/**
 * Turns a loss `(pred, target)` into the `(yTrue, yPred)` that `model.compile({ loss })` takes.
 *
 * Choose it to train with tfjs's own `model.fit`; {@linkcode train} takes losses as they are.
 *
 * `model.fit` trains the model's weights and nothing else: a {@linkcode LabelNoise} in the loss
 * stays as it is, of which you are warned once, after ten steps. {@linkcode train} trains it as
 * `noise`. Under `model.fit` its variables must be added to those that the optimizer is given: see
 * the second example.
 *
 * `model.save` keeps weights and architecture, with `includeOptimizer` the optimizer's settings,
 * too. No function is in it, so no loss of ours: a loaded model must be compiled with the loss
 * again, also one that tfjs has compiled with the optimizer (without a loss, it warns).
 *
 * @param loss A loss of predictions and labels, a scalar tensor.
 * @returns The same loss with its arguments in tfjs's order. It has the loss's name, by which tfjs
 * lists it among `metrics`; `"loss"` where that has none.
 * @throws {TypeError} If `loss` is not a function.
 *
 * @example A model with Balanced MSE
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, layersLoss } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * const loss = layersLoss((pred, target) => bmcLoss(pred, target, 1));
 * model.compile({ optimizer: "sgd", loss });
 * const { history } = await model.fit(tf.ones([8, 1]), tf.ones([8, 1]), { verbose: 0 });
 * assert(history.loss!.length === 1);
 * ```
 *
 * @example A learned noise under model.fit
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, LabelNoise, layersLoss } from "@balanced/mse";
 * import { assertNotEquals } from "@std/assert";
 *
 * const noise = new LabelNoise({ sigma: 1 });
 * const optimizer = tf.train.adam(0.01);
 * const minimize = optimizer.minimize.bind(optimizer);
 * optimizer.minimize = (loss, returnCost, variables = []) =>
 *   minimize(loss, returnCost, [...variables, ...noise.variables] as tf.Variable[]);
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * const loss = layersLoss((pred, target) => bmcLoss(pred, target, noise.variance()));
 * model.compile({ optimizer, loss });
 * await model.fit(tf.randomNormal([8, 1]), tf.randomNormal([8, 1]), { verbose: 0 });
 * assertNotEquals(await noise.sigma(), 1);
 * ```
 *
 * @example Saved, loaded, and trained on
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, layersLoss, type Tensor } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const loss = layersLoss(function balanced(pred: Tensor, target: Tensor) {
 *   return bmcLoss(pred, target, 1);
 * });
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * model.compile({ optimizer: "sgd", loss, metrics: [loss] });
 * let saved: tf.io.ModelArtifacts | undefined;
 * const modelArtifactsInfo = { dateSaved: new Date(), modelTopologyType: "JSON" } as const;
 * await model.save(tf.io.withSaveHandler((artifacts) => {
 *   saved = artifacts;
 *   return Promise.resolve({ modelArtifactsInfo });
 * }));
 *
 * const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
 * loaded.compile({ optimizer: "sgd", loss, metrics: [loss] });
 * const { history } = await loaded.fit(tf.ones([8, 1]), tf.ones([8, 1]), { verbose: 0 });
 * assert(history.balanced!.length === 1);
 * ```
 */
export function layersLoss(
  loss: (pred: Tensor, target: Tensor) => Tensor,
): (yTrue: Tensor, yPred: Tensor) => Tensor {
  if (typeof loss !== "function") {
    throw new TypeError(
      "Cannot adapt a loss as it must be a function of (pred, target): " +
        `current value is ${shown(loss)}`,
    );
  }
  const watch = new NoiseWatch();
  const adapted = (yTrue: Tensor, yPred: Tensor) => {
    const { result, noises } = noisesUsedBy(() => loss(yPred, yTrue));
    watch.see(noises);
    return result;
  };
  return Object.defineProperty(adapted, "name", { value: loss.name || "loss" });
}
