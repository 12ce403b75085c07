/**
 * Balanced MSE losses for imbalanced regression.
 *
 * Where some labels are much more common in training than others, MSE learns the crowd. Balanced MSE (Ren et al., CVPR
 * 2022) divides the training-label distribution out of the likelihood: a drop-in replacement, as one fused WebGPU
 * kernel behind TensorFlow.js. Start with {@linkcode bmcLoss} and {@linkcode train}.
 *
 * Stability: before 1.0 names, options and defaults may change with a minor version, as the changelog says.
 *
 * @example A drop-in replacement for MSE
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(0.5));
 * const [x, y] = [tf.tensor1d([0, 1, 2, 3]), tf.tensor1d([0, 1, 2, 3])];
 * const loss = () => bmcLoss(tf.mul(x, slope), y, 0.25) as tf.Scalar;
 * const before = await loss().data();
 * tf.train.sgd(0.05).minimize(loss);
 * assert((await loss().data())[0]! < before[0]!);
 * ```
 *
 * @module
 */
export { bmaeLoss, type BmaeOptions } from "./src/losses/bmae.ts";
export { bmcLoss, type BmcOptions } from "./src/losses/bmc.ts";
export { type Bins, bniLoss } from "./src/losses/bni.ts";
export { gaiLoss, type Mixture } from "./src/losses/gai.ts";
export { balancedMse } from "./src/losses/balanced_mse.ts";
export type { BalancedMseOptions, Method, Reduction } from "./src/losses/balanced_mse_options.ts";
export { mseLoss } from "./src/losses/mse.ts";
export { maeLoss } from "./src/losses/mae.ts";
export { huberLoss, type HuberOptions } from "./src/losses/huber.ts";
export { focalMseLoss } from "./src/losses/focal_mse.ts";
export { focalMaeLoss } from "./src/losses/focal_mae.ts";
export type { FocalOptions } from "./src/losses/focal.ts";
export type { RowOptions } from "./src/losses/row_options.ts";
export { layersLoss } from "./src/losses/layers_loss.ts";
export type { LabelPrior } from "./src/priors/label_prior.ts";
export { fitLabelMixture, type FitLabelMixtureOptions } from "./src/priors/fit_label_mixture.ts";
export type { LabelBins } from "./src/bins/label_bins.ts";
export type { LabelCounts } from "./src/bins/label_counts.ts";
export {
  LabelHistogram,
  labelHistogram,
  type LabelHistogramData,
  type LabelHistogramOptions,
} from "./src/priors/label_histogram.ts";
export {
  type CovarianceKind,
  LabelMixture,
  type LabelMixtureData,
  type LabelMixtureFit,
} from "./src/priors/label_mixture.ts";
export type { LabelSmoothing } from "./src/priors/label_smoothing.ts";
export { labelWeights, type LabelWeightsOptions } from "./src/priors/label_weights.ts";
export type { Labels } from "./src/priors/labels.ts";
export { referenceSample, type ReferenceSampleOptions } from "./src/priors/reference_sample.ts";
export {
  LabelNoise,
  type LabelNoiseBounds,
  type LabelNoiseOptions,
} from "./src/losses/label_noise.ts";
export { train } from "./src/train/train.ts";
export { predict, type PredictOptions } from "./src/train/predict.ts";
export { evaluate, type Evaluation, type EvaluationMetric } from "./src/train/evaluate.ts";
export type { Predictor } from "./src/train/inference.ts";
export type { Batch, Batches, BatchRows, Data, Dataset } from "./src/train/data.ts";
export type { Tensors } from "./src/train/tensors.ts";
export type { Model } from "./src/train/model.ts";
export type { Callbacks } from "./src/train/callbacks.ts";
export type { EpochRecord } from "./src/train/epoch_record.ts";
export type { Loss, TrainedNoise, TrainOptions } from "./src/train/train_options.ts";
export type { TrainResult } from "./src/train/train_result.ts";
export type { Validation, ValidationMetric } from "./src/train/validation.ts";
export { momentum } from "./src/optimizers/momentum.ts";
export { adam } from "./src/optimizers/adam.ts";
export { adamW } from "./src/optimizers/adam_w.ts";
export type { FusedOptimizer } from "./src/optimizers/fused_optimizer.ts";
export type { CheckpointOptions } from "./src/train/checkpoint/checkpoint_options.ts";
export type { Schedule } from "./src/schedules/schedule.ts";
export type { PastEpoch } from "./src/schedules/past_epoch.ts";
export { constant } from "./src/schedules/constant.ts";
export { cosine } from "./src/schedules/cosine.ts";
export { steps, type StepsOptions } from "./src/schedules/steps.ts";
export { plateau, type PlateauOptions } from "./src/schedules/plateau.ts";
export { warmUp } from "./src/schedules/warm_up.ts";
export { FeatureSmoothing } from "./src/layers/feature_smoothing.ts";
export type { FeatureSmoothingConfig } from "./src/layers/feature_smoothing_config.ts";
export type { SmoothingKernel } from "./src/layers/smoothing_window.ts";
export { type RetrainOptions, retrainRegressor } from "./src/train/retrain_regressor.ts";
export type { Trainable } from "./src/train/trainable.ts";
export { gpuErrors } from "./src/webgpu/gpu_errors.ts";
export { fileSystem } from "./src/files/file_system.ts";
export { Layer } from "./src/layers/layer.ts";
export type { IOHandler, LayersModel, Optimizer, Shape, Tensor, Variable } from "./src/tensor.ts";
export { meanSquaredError } from "./src/metrics/mean_squared_error.ts";
export { rootMeanSquaredError } from "./src/metrics/root_mean_squared_error.ts";
export { meanAbsoluteError } from "./src/metrics/mean_absolute_error.ts";
export { geometricMeanError } from "./src/metrics/geometric_mean_error.ts";
export { pearsonCorrelation } from "./src/metrics/pearson_correlation.ts";
export { spearmanCorrelation } from "./src/metrics/spearman_correlation.ts";
export { balancedMeanAbsoluteError } from "./src/metrics/balanced_mean_absolute_error.ts";
export { balancedMeanSquaredError } from "./src/metrics/balanced_mean_squared_error.ts";
export { balanced, type BalancedOptions, type BalancedValues } from "./src/metrics/balanced.ts";
export type { Metric } from "./src/metrics/metric.ts";
export { shotwise, type ShotwiseValues } from "./src/metrics/shotwise.ts";
export { sera } from "./src/metrics/sera.ts";
export { relevanceFunction, type RelevancePoint } from "./src/metrics/relevance_function.ts";
export {
  boxPlotRelevance,
  type BoxPlotRelevanceOptions,
} from "./src/metrics/box_plot_relevance.ts";
export {
  type DepthErrors,
  depthErrors,
  type DepthErrorsOptions,
} from "./src/metrics/depth_errors.ts";
export { mpjpe, type MpjpeOptions } from "./src/metrics/mpjpe.ts";
export { paMpjpe } from "./src/metrics/pa_mpjpe.ts";
export {
  type ImbalanceReport,
  imbalanceReport,
  type ImbalanceReportOptions,
} from "./src/metrics/imbalance_report.ts";
export type { ImbalanceErrors, ImbalanceGroup } from "./src/metrics/imbalance_group.ts";
export type { ImbalanceBin } from "./src/metrics/imbalance_bin.ts";
export { imbalanceTable, type ImbalanceTableOptions } from "./src/metrics/imbalance_table.ts";
export {
  imbalanceFigure,
  type ImbalanceFigureOptions,
  type VegaLiteSpec,
} from "./src/metrics/imbalance_figure.ts";
export type { LabelBinOptions } from "./src/metrics/label_bin_options.ts";
export type { Shot, ShotOptions } from "./src/metrics/shots.ts";
export type { NestedNumbers, ShapedNumbers, Values } from "./src/metrics/values.ts";
