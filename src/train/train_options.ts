/**
 * What the trainer takes and returns.
 *
 * @module
 */
import type { LayersModel, Optimizer, Tensor, Variable } from "../tensor.ts";
import type { CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import type { LabelNoise } from "../losses/label_noise.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Trainable } from "./trainable.ts";

/** A model of your own: a function and the variables to train. */
export interface Model {
  /** Maps inputs `[N, ...]` to predictions `[N, ...]`, differentiably. */
  predict(x: Tensor): Tensor;
  /** The variables to train. */
  readonly variables: readonly Variable[];
}

/** Inputs and their labels; the first dimension of both is the rows. */
export interface Batch {
  /** Inputs, `[N, ...]`. */
  readonly x: Tensor;
  /** Labels, `[N, ...]`. */
  readonly y: Tensor;
}

/** Batches, made by someone else, who also disposes their tensors. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/**
 * Where batches come from: tensors, which are shuffled and split; an iterable of batches that can be iterated
 * once an epoch; or a function that makes one for each epoch, from 0 (a generator function, say).
 */
export type Data = Batch | Batches | ((epoch: number) => Batches);

/** A number that tells how good predictions are: a scalar tensor, averaged over the rows. */
export type ValidationMetric = (pred: Tensor, target: Tensor) => Tensor;

/** How {@linkcode train} validates. */
export interface Validation {
  /** Validation data; never shuffled. Tensors are one batch unless `batchSize` says otherwise. */
  readonly data: Data;
  /** Metrics by name, each averaged over the batches by their rows. */
  readonly metrics: Readonly<Record<string, ValidationMetric>>;
  /** Validate every so many epochs, and after the last. Default 1. */
  readonly every?: number;
  /** The metric that decides which weights are best. Default the first. */
  readonly monitor?: string;
  /** Whether the least or the greatest value is best. Default `"min"`. */
  readonly mode?: "min" | "max";
  /** Rows a batch where `data` is tensors. Default all. */
  readonly batchSize?: number;
}

/** One epoch of a run. */
export interface EpochRecord {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The mean of its steps' losses. */
  readonly loss: number;
  /** The learning rate of the model's optimizer. */
  readonly learningRate: number;
  /** Validation metrics, in the epochs that were validated. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What {@linkcode train} tells while it runs. */
export interface Callbacks {
  /**
   * Called at the exact end of an epoch: after its last step, before its validation, with the epoch, from 0. No loss
   * has been read by then. For what acts on the model between epochs: `() => smoothing.endEpoch()`, say.
   */
  onEpochDone?(epoch: number): void | Promise<void>;
  /**
   * Called once an epoch, in order. Losses are read in bulk, so the call comes when they have been read: up to
   * half a second after the epoch, or at the next validation.
   */
  onEpochEnd?(record: EpochRecord): void | Promise<void>;
}

/** Options of {@linkcode train}. */
export interface TrainOptions {
  /** The model: a `tf.LayersModel`, or a function with its variables. */
  readonly model: LayersModel | Model;
  /** The loss, a scalar tensor; `(pred, target) => bmcLoss(pred, target, noiseVar)`, say. */
  readonly loss: (pred: Tensor, target: Tensor) => Tensor;
  /**
   * What to train: layers by name, or variables. Everything else ends bit by bit as it was: layers that have weights
   * but none in this list run as at inference. Default all. See {@linkcode retrainRegressor}.
   */
  readonly trainable?: Trainable;
  /** Training data. */
  readonly data: Data;
  /** How often to go through the data, at least 1. */
  readonly epochs: number;
  /** Rows a batch where `data` is tensors; the last batch may be smaller. Default 32. */
  readonly batchSize?: number;
  /** Whether to shuffle tensors anew each epoch. Default true. */
  readonly shuffle?: boolean;
  /** Seed of the shuffling, an integer. The same seed gives the same run. Default 0. */
  readonly seed?: number;
  /** The optimizer of the model's variables. Default `adam(1e-3)`. */
  readonly optimizer?: Optimizer;
  /** A learnable noise, trained along by an optimizer, and so at a learning rate, of its own. */
  readonly noise?: { readonly model: LabelNoise; readonly optimizer: Optimizer };
  /** What both learning rates are multiplied by in an epoch. Default {@linkcode constant}. */
  readonly schedule?: Schedule;
  /** Validation data and metrics. */
  readonly validation?: Validation;
  /**
   * Whether the model ends with its best weights. Default true with `validation`. Without, false: true then takes the
   * epoch of the least training loss, and reads it once an epoch.
   */
  readonly restoreBest?: boolean;
  /** Where to save the run while it goes on, so that another call goes on where it was killed. Default nowhere. */
  readonly checkpoint?: CheckpointOptions;
  /** Ends the run at the next step. */
  readonly signal?: AbortSignal;
  /** What to call while it runs. */
  readonly callbacks?: Callbacks;
  /** A progress bar on a terminal, plain lines elsewhere, both on standard error. Default false. */
  readonly progress?: boolean;
}

/** What {@linkcode train} returns. */
export interface TrainResult {
  /** Every finished epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch of the best weights, by the monitored metric or else by the training loss; -1 if none. */
  readonly bestEpoch: number;
  /** Optimizer steps a second of wall time. */
  readonly stepsPerSecond: number;
  /** Whether the signal ended the run before its last epoch. */
  readonly aborted: boolean;
}
