/**
 * The losses: {@linkcode bmcLoss} and its like, those that they are compared with, and a noise that
 * is learned.
 *
 * @example A loss and its gradient
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss } from "@balanced/mse/losses";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const target = tf.tensor1d([0, 1]);
 * const gradient = tf.grad((pred) => bmcLoss(pred, target, 0.5))(tf.tensor1d([0, 0]));
 * // (2/N) (posterior mean - label): both predictions are nearer to the first label.
 * assertAlmostEquals((await gradient.data())[0]!, 1 / (1 + Math.E), 1e-6);
 * ```
 *
 * @module
 */
export type { LossValue, Tensor, Variable } from "../tensor.ts";
export type { LabelPrior } from "../priors/label_prior.ts";
export { bmaeLoss, type BmaeOptions } from "./bmae.ts";
export { bmcLoss, type BmcOptions } from "./bmc.ts";
export { type Bins, bniLoss } from "./bni.ts";
export { gaiLoss, type Mixture } from "./gai.ts";
export { balancedMse } from "./balanced_mse.ts";
export type { BalancedMseOptions, Dimensions, Method, Reduction } from "./balanced_mse_options.ts";
export { mseLoss } from "./mse.ts";
export { maeLoss } from "./mae.ts";
export { huberLoss, type HuberOptions } from "./huber.ts";
export { cccLoss, type CccOptions } from "./ccc.ts";
export { focalMseLoss } from "./focal_mse.ts";
export { focalMaeLoss } from "./focal_mae.ts";
export type { FocalOptions } from "./focal.ts";
export type { RowOptions } from "./row_options.ts";
export { layersLoss } from "./layers_loss.ts";
export { LabelNoise } from "./label_noise.ts";
export type {
  LabelNoiseBounds,
  LabelNoiseFromLabelsOptions,
  LabelNoiseOptions,
} from "./label_noise_options.ts";
