/**
 * Balanced MSE losses for imbalanced regression.
 *
 * @module
 */
export { bmcLoss } from "./src/losses/bmc.ts";
export { balancedMse, type BalancedMseOptions, type Reduction } from "./src/losses/balanced_mse.ts";
export type { LabelPrior } from "./src/priors/label_prior.ts";
export { LabelNoise, type LabelNoiseOptions } from "./src/train/label_noise.ts";
export type { Tensor, Variable } from "./src/tensor.ts";
