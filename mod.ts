/**
 * Balanced MSE losses for imbalanced regression.
 *
 * @module
 */
export { bmcLoss, type BmcOptions } from "./src/losses/bmc.ts";
export { type Bins, bniLoss } from "./src/losses/bni.ts";
export { gaiLoss, type Mixture } from "./src/losses/gai.ts";
export { balancedMse, type BalancedMseOptions, type Reduction } from "./src/losses/balanced_mse.ts";
export { mseLoss } from "./src/losses/mse.ts";
export { maeLoss } from "./src/losses/mae.ts";
export { huberLoss, type HuberOptions } from "./src/losses/huber.ts";
export { focalMseLoss } from "./src/losses/focal_mse.ts";
export { focalMaeLoss } from "./src/losses/focal_mae.ts";
export type { FocalOptions } from "./src/losses/focal.ts";
export type { RowOptions } from "./src/losses/row_options.ts";
export { layersLoss } from "./src/losses/layers_loss.ts";
export type { LabelPrior } from "./src/priors/label_prior.ts";
export { LabelNoise, type LabelNoiseOptions } from "./src/train/label_noise.ts";
export { train } from "./src/train/train.ts";
export type {
  Batch,
  Batches,
  Callbacks,
  Data,
  EpochRecord,
  Metric,
  Model,
  TrainOptions,
  TrainResult,
  Validation,
} from "./src/train/train_options.ts";
export type { Schedule } from "./src/train/schedule.ts";
export { constant } from "./src/train/constant.ts";
export { cosine } from "./src/train/cosine.ts";
export { steps, type StepsOptions } from "./src/train/steps.ts";
export type { LayersModel, Optimizer, Tensor, Variable } from "./src/tensor.ts";
