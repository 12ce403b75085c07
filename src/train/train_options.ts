/**
 * What the trainer takes.
 *
 * @module
 */
import type { Group } from "../distributed/group.ts";
import type { LabelNoise } from "../losses/label_noise.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { LayersModel, Optimizer, Tensor } from "../tensor.ts";
import type { Callbacks } from "./callbacks.ts";
import type { CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import type { BatchRows, Data } from "./data.ts";
import type { Model } from "./model.ts";
import type { LocalSteps } from "./ranks/group_option.ts";
import type { StopSignal } from "./stop_signal.ts";
import type { Tensors } from "./tensors.ts";
import type { Trainable } from "./trainable.ts";
import type { Validation } from "./validation.ts";

/**
 * What is trained on: a mean over the batch's rows, a scalar tensor. The third argument tells what
 * else is known of the rows, such as their weights, in the words of the losses' options: a loss
 * that takes options can be given as it is.
 */
export type Loss<Y extends Tensors = Tensor, P extends Tensors = Tensor> = (
  pred: P,
  target: Y,
  batch: BatchRows<Y>,
) => Tensor;

/** A learnable noise, and the optimizer that trains it. */
export interface TrainedNoise {
  /** The noise, whose variance the loss uses. */
  readonly model: LabelNoise;
  /** Its own: optimizers keep what they remember by position. */
  readonly optimizer: Optimizer;
}

/**
 * Options of {@linkcode train}. Inputs `X`, labels `Y` and predictions `P` are tensors, several in
 * an array, or several by name, as the model has them; the loss and the metrics get them in that
 * form.
 */
export interface TrainOptions<
  X extends Tensors = Tensor,
  Y extends Tensors = Tensor,
  P extends Tensors = Tensor,
> {
  /** The model: a `tf.LayersModel`, or a function with its variables. */
  readonly model: LayersModel | Model<X, P>;
  /** The loss; `(pred, target) => bmcLoss(pred, target, noiseVar)`, say. */
  readonly loss: Loss<Y, P>;
  /**
   * What to train: layers by name, or variables. Everything else ends bit by bit as it was: layers
   * that have weights but none in this list run as at inference. Default all. See
   * {@linkcode retrainRegressor}.
   */
  readonly trainable?: Trainable | undefined;
  /** Training data. */
  readonly data: Data<X, Y>;
  /** How often to go through the data, at least 1. */
  readonly epochs: number;
  /** Rows a batch where `data` is tensors; the last batch may be smaller. Default 32. */
  readonly batchSize?: number | undefined;
  /**
   * How many batches a step takes one after the other, for large batches on a small device: the
   * update is that of one batch of them all, the last of an epoch of fewer. Each counts by its
   * rows, or those that its mask leaves. Default 1.
   *
   * A loss that compares rows must be given the labels of the others, as in `bmcLoss(pred, target,
   * noiseVar, batch)`. Batch normalization still sees one batch at a time.
   */
  readonly accumulate?: number | undefined;
  /**
   * Whether rows that do not fill a step are left out, where `data` is tensors; other ones each
   * epoch. Default false.
   */
  readonly dropLast?: boolean | undefined;
  /**
   * The greatest norm of a step's gradients, the noise's among them; longer ones are scaled.
   * Default no limit.
   */
  readonly clipNorm?: number | undefined;
  /**
   * How many batches are read ahead, while the device works, where `data` (or validation's) makes
   * them asynchronously; 0 reads none. Default 2.
   */
  readonly prefetch?: number | undefined;
  /** Whether to shuffle tensors anew each epoch. Default true. */
  readonly shuffle?: boolean | undefined;
  /** Seed of the shuffling, an integer. The same seed gives the same run. Default 0. */
  readonly seed?: number | undefined;
  /** The optimizer of the model's variables. Default `adam(1e-3)`. */
  readonly optimizer?: Optimizer | undefined;
  /** A learnable noise, trained along by an optimizer, and so at a learning rate, of its own. */
  readonly noise?: TrainedNoise | undefined;
  /** What both learning rates are multiplied by in an epoch. Default {@linkcode constant}. */
  readonly schedule?: Schedule | undefined;
  /** Validation data and metrics. */
  readonly validation?: Validation<X, Y, P> | undefined;
  /**
   * Whether the model ends with the weights of its best epoch: by the monitored metric, or else by
   * the training loss, which is then read once an epoch. Default false; true with `patience`.
   * Without validation it is refused with `noise`: losses under different sigmas are in different
   * scales.
   */
  readonly restoreBest?: boolean | undefined;
  /**
   * Ends the run early: when so many epochs have gone by since the best one. What is best is as for
   * `restoreBest`. Default never.
   */
  readonly patience?: number | undefined;
  /**
   * Where to save the run while it goes on, so that another call goes on where it was killed.
   * Default nowhere.
   */
  readonly checkpoint?: CheckpointOptions | undefined;
  /**
   * Ranks that train this model together: each calls `train` with the same options. What they come
   * to is what one rank would, up to rounding. Default none.
   *
   * Data as tensors is given whole to every rank, `batchSize` being that of all together; data that
   * comes in batches is each rank's own share, as many batches on each. A loss that compares rows
   * must be given the labels of all, as in `bmcLoss(pred, target, noiseVar, batch)`. The first rank
   * gives the weights to start from, writes checkpoint and log, and shows the progress; callbacks
   * are called on all. See {@linkcode LocalSteps} for slow links, and docs/ranks.md.
   */
  readonly group?: Group | LocalSteps | undefined;
  /** An `AbortSignal`: ends the run at the next step, or at once while it waits for a batch. */
  readonly signal?: StopSignal | undefined;
  /** What to call while it runs. */
  readonly callbacks?: Callbacks | undefined;
  /**
   * A file for the history, a line an epoch as soon as its loss has been read: `run.csv`, or JSON
   * lines in `run.jsonl`. It is written anew; that of a resumed run has each epoch once. A file
   * that is no log is refused. Default none.
   */
  readonly log?: string | undefined;
  /** A progress bar on a terminal, plain lines elsewhere, both on standard error. Default false. */
  readonly progress?: boolean | undefined;
}

/** The options of any run. */
export type AnyTrainOptions = TrainOptions<Tensors, Tensors, Tensors>;
