/**
 * Balanced MSE losses for imbalanced regression.
 *
 * @module
 */
export { bmcLoss } from "./src/losses/bmc.ts";
export { balancedMse, type BalancedMseOptions, type Reduction } from "./src/losses/balanced_mse.ts";
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
