/**
 * The trainer, with optimizers, schedules, checkpoints and files.
 *
 * @example A slope, learned
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { mseLoss } from "@balanced/mse/losses";
 * import { adam, train } from "@balanced/mse/train";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(0));
 * await train({
 *   model: { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] },
 *   loss: mseLoss,
 *   data: { x: tf.tensor1d([1, 2, 3]), y: tf.tensor1d([2, 4, 6]) },
 *   optimizer: adam(0.1),
 *   epochs: 200,
 * });
 * assertAlmostEquals((await slope.data())[0]!, 2, 1e-2);
 * ```
 *
 * @module
 */
export type { IOHandler, LayersModel, Optimizer, Tensor, Variable } from "../tensor.ts";
export type { LabelNoise } from "../losses/label_noise.ts";
export type { Group } from "../distributed/group.ts";
export type { RankedLayer } from "../distributed/ranked_layer.ts";
export { localGroups } from "../distributed/local_groups.ts";
export type { LocalSteps } from "./ranks/group_option.ts";
export { train } from "./train.ts";
export { predict, type PredictOptions } from "./predict.ts";
export { evaluate, type Evaluation, type EvaluationMetric } from "./evaluate.ts";
export type { Predictor } from "./inference.ts";
export type { Batch, Batches, BatchRows, Data, Dataset } from "./data.ts";
export type { Tensors } from "./tensors.ts";
export type { Model } from "./model.ts";
export type { Callbacks } from "./callbacks.ts";
export type { EpochRecord } from "./epoch_record.ts";
export type { Loss, TrainedNoise, TrainOptions } from "./train_options.ts";
export type { StopSignal } from "./stop_signal.ts";
export type { TrainResult } from "./train_result.ts";
export type { Validation, ValidationMetric } from "./validation.ts";
export { momentum } from "../optimizers/momentum.ts";
export { adam } from "../optimizers/adam.ts";
export { adamW } from "../optimizers/adam_w.ts";
export type { FusedOptimizer } from "../optimizers/fused_optimizer.ts";
export type { CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
export type { Schedule } from "../schedules/schedule.ts";
export type { PastEpoch } from "../schedules/past_epoch.ts";
export { constant } from "../schedules/constant.ts";
export { cosine } from "../schedules/cosine.ts";
export { steps, type StepsOptions } from "../schedules/steps.ts";
export { plateau, type PlateauOptions } from "../schedules/plateau.ts";
export { warmUp } from "../schedules/warm_up.ts";
export { type RetrainOptions, retrainRegressor } from "./retrain_regressor.ts";
export type { Trainable } from "./trainable.ts";
export { gpuErrors } from "../webgpu/gpu_errors.ts";
export { fileSystem } from "../files/file_system.ts";
