/**
 * Regressor re-training.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape } from "../check/same_shape.ts";
import { isTensor } from "../check/is_tensor.ts";
import { checkObject } from "../check/check_object.ts";
import { shown } from "../check/shown.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { initialValues } from "./initial_values.ts";
import { checkTrainOptions } from "./check_train_options.ts";
import type { Tensors } from "./tensors.ts";
import { train } from "./train.ts";
import type { AnyTrainOptions, TrainOptions } from "./train_options.ts";
import type { TrainResult } from "./train_result.ts";
import { select, type Trainable } from "./trainable.ts";

/**
 * Options of {@linkcode retrainRegressor}: those of {@linkcode train}, and what the regressor is.
 */
export interface RetrainOptions<
  X extends Tensors = Tensor,
  Y extends Tensors = Tensor,
  P extends Tensors = Tensor,
> extends Omit<TrainOptions<X, Y, P>, "trainable"> {
  /** The regressor: the last layer's name (or several layers'), or variables of the model. */
  readonly head: Trainable;
  /**
   * How its variables begin: true (default) as their layers' initializers say, false as they are,
   * or a function that returns a variable's new value, which is then freed. A model that is not
   * made of layers needs one of the latter two.
   */
  readonly initialize?: (boolean | ((variable: Variable) => Tensor)) | undefined;
}

const CLAIM = "Cannot retrain the regressor as ";

/**
 * Regressor re-training (RRT): the second stage of decoupled training. It starts the regressor anew
 * and trains nothing else, so that everything else ends bit by bit as it was.
 *
 * Choose it after {@linkcode train} with a plain loss has learned good features: with a loss that
 * balances (Balanced MSE, or label weights) the regressor alone then unlearns the bias towards
 * common labels, at little cost. Layers outside the head run as at inference: no dropout in those
 * that have weights, running statistics stay.
 *
 * @param options Model, head, loss, data and the rest: see {@linkcode RetrainOptions}.
 * @returns History, best epoch and speed, as of {@linkcode train}. The model is trained in place.
 * @throws {TypeError} If an option's kind or a shape is wrong, or names are given for a model
 * without layers.
 * @throws {RangeError} If an option's value is wrong, or the head is not of the model or has
 * nothing to train.
 * @throws {Error} If the loss becomes NaN or infinite. Whatever it throws, the head is then what it
 * was before.
 *
 * @example Two stages
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, retrainRegressor, train } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 8, activation: "relu", inputShape: [4] }),
 *     tf.layers.dense({ units: 1, name: "regressor" }),
 *   ],
 * });
 * const data = { x: tf.randomNormal([64, 4]), y: tf.randomNormal([64, 1]) };
 * await train({ model, data, epochs: 2, loss: (pred, y) => tf.losses.meanSquaredError(y, pred) });
 *
 * const features = await model.getWeights()[0]!.data();
 * await retrainRegressor({
 *   model,
 *   head: "regressor",
 *   data,
 *   epochs: 2,
 *   loss: (pred, y) => bmcLoss(pred, y, 1),
 * });
 * assertEquals(await model.getWeights()[0]!.data(), features);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 4.1 (RRT), after
 * Kang et al., Decoupling Representation and Classifier for Long-Tailed Recognition, ICLR 2020;
 * `--retrain_fc` of their code.
 */
export async function retrainRegressor<
  X extends Tensors = Tensor,
  Y extends Tensors = Tensor,
  P extends Tensors = Tensor,
>(options: RetrainOptions<X, Y, P>): Promise<TrainResult> {
  checkObject(options, "options", "Cannot retrain the regressor");
  const { head, initialize = true, ...trainOptions } = options;
  if ("trainable" in options) {
    throw new TypeError(`${CLAIM}trainable must be given as head: current value has "trainable"`);
  }
  checkTrainOptions(trainOptions as unknown as AnyTrainOptions);
  if (typeof initialize !== "boolean" && typeof initialize !== "function") {
    throw new TypeError(
      `${CLAIM}initialize must be a boolean or a function: current value is ${shown(initialize)}`,
    );
  }
  const selection = select(options.model as AnyTrainOptions["model"], head, `${CLAIM}head`);
  const { variables } = selection;
  if (initialize === true && selection.layers.length === 0) {
    throw new TypeError(
      `${CLAIM}initialize must be a function or false where the model is not a tf.LayersModel: ` +
        `current value is ${initialize}`,
    );
  }
  const before = variables.map((variable) => variable.clone());
  try {
    if (initialize) {
      const values = initialize === true ? initialValues(selection) : initialize;
      for (const variable of variables) start(variable, values(variable));
    }
    return await train({ ...trainOptions, trainable: variables });
  } catch (error) {
    variables.forEach((variable, i) => {
      if (!variable.isDisposed) variable.assign(before[i]!);
    });
    throw error;
  } finally {
    tf.dispose(before);
  }
}

function start(variable: Variable, value: Tensor): void {
  const given = isTensor(value);
  const fits = given && value.dtype === variable.dtype &&
    sameShape(value.shape, variable.shape);
  if (fits) variable.assign(value);
  if (given) value.dispose();
  if (fits) return;
  throw new TypeError(
    `${CLAIM}initialize must return a ${variable.dtype} tensor of shape [${variable.shape}]: ` +
      `current value is ${shown(value)}`,
  );
}
