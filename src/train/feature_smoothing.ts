/**
 * Feature distribution smoothing.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Layer, type Shape, type Tensor } from "../tensor.ts";
import { mergeMoments, type Moments, momentsOf } from "./bin_moments.ts";
import { fold, type Statistics } from "./bin_statistics.ts";
import { checkFeatures, checkFeatureSmoothing } from "./check_feature_smoothing.ts";
import type { CheckedFeatureSmoothing } from "./check_feature_smoothing.ts";
import { type SmoothingKernel, smoothingMatrix, smoothingWindow } from "./smoothing_window.ts";

/** What {@linkcode FeatureSmoothing} is made from: the label bins, and how to smooth over them. */
export interface FeatureSmoothingConfig {
  /** How many label bins, at least 1. Work and memory per batch are rows times bins. */
  readonly bins: number;
  /** The lower edge of the first bin, in units of the label. Default 0. */
  readonly start?: number;
  /** The width of a bin, in units of the label. Default 1: a bin for each integer. */
  readonly width?: number;
  /** The kernel over neighboring bins. Default `"gaussian"`. */
  readonly kernel?: SmoothingKernel;
  /** How many bins the kernel covers, an odd number. Default 5. */
  readonly size?: number;
  /** The kernel's width in bins; `"triangular"` has none. Default 2. */
  readonly sigma?: number;
  /**
   * What the statistics so far weigh against an epoch's, in [0, 1); null weighs both by their rows. Default 0.9.
   */
  readonly momentum?: number | null;
  /** The first epoch, from 0, whose statistics count. Default 0. */
  readonly startUpdate?: number;
  /** The first epoch, from 0, that calibrates features. Default 1. */
  readonly startSmooth?: number;
  /**
   * Whether training steps gather the statistics. Default true; with false call
   * {@linkcode FeatureSmoothing.update} yourself.
   */
  readonly collect?: boolean;
  /** The layer's name. */
  readonly name?: string;
}

/** Of a bin whose variances sum to less than this nothing is calibrated. */
const MIN_TOTAL_VARIANCE = 1e-10;

/**
 * Feature distribution smoothing (FDS): a layer between features and regressor that brings each label bin's
 * feature statistics in line with its neighbors', whose labels are alike.
 *
 * Choose it where some label ranges have few samples, together with any loss: features of a rare label borrow
 * from those of the labels near it. In training, a row of bin b becomes
 * `(x - mean_b) sqrt(clip(smoothedVariance_b / variance_b, 0.1, 10)) + smoothedMean_b`, where the variance is
 * above 0. At inference, and before epoch `startSmooth`, the layer is the identity.
 *
 * **With {@linkcode train}** apply it to the features, `[N, D]`: the trainer hands it the labels of the batch.
 * **With `model.fit`** apply it to `[features, labels]`, labels being a second input of the model; for
 * inference make a second model of the same layers without it (see the second example). Without labels a
 * training step throws.
 *
 * Either way call {@linkcode endEpoch} after each epoch: `onEpochDone` of `train`, `onEpochEnd` of `fit`.
 * Nothing is read back from the device. Statistics are weights that are not trained: they are saved and loaded
 * with the model.
 *
 * Labels below the first bin count as of the first, those above the last as of the last; NaN as of the first.
 * A bin that has not been seen in training neither is calibrated nor weighs in its neighbors, whose kernel is
 * renormalized. Of a label seen once the variance is 0.
 *
 * Differences from the authors' code: statistics are of features as they come in, where theirs may have
 * been calibrated in place; those of an epoch are smoothed at its end (the paper's algorithm), where
 * theirs lag by an epoch behind the running ones that they are compared with; bins not yet seen are left out
 * (theirs weigh in with mean 0 and variance 1); and a bin first seen late starts from its own statistics.
 *
 * @example With train
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { FeatureSmoothing, train } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const smoothing = new FeatureSmoothing({ bins: 10 });
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 8, activation: "relu", inputShape: [4] }),
 *     smoothing,
 *     tf.layers.dense({ units: 1 }),
 *   ],
 * });
 * await train({
 *   model,
 *   loss: (pred, target) => tf.losses.meanSquaredError(target, pred),
 *   data: { x: tf.randomNormal([64, 4]), y: tf.randomUniform([64, 1], 0, 10) },
 *   epochs: 3,
 *   callbacks: { onEpochDone: () => smoothing.endEpoch() },
 * });
 * const pred = model.predict(tf.ones([2, 4])) as tf.Tensor; // no labels at inference
 * assertEquals(pred.shape, [2, 1]);
 * ```
 *
 * @example With model.fit
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { FeatureSmoothing } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const [x, label] = [tf.input({ shape: [4] }), tf.input({ shape: [1] })];
 * const features = tf.layers.dense({ units: 8 }).apply(x) as tf.SymbolicTensor;
 * const smoothing = new FeatureSmoothing({ bins: 10 });
 * const head = tf.layers.dense({ units: 1 });
 * const calibrated = smoothing.apply([features, label]) as tf.SymbolicTensor;
 * const training = tf.model({
 *   inputs: [x, label],
 *   outputs: head.apply(calibrated) as tf.SymbolicTensor,
 * });
 * const model = tf.model({ inputs: x, outputs: head.apply(features) as tf.SymbolicTensor });
 *
 * training.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * const labels = tf.randomUniform([64, 1], 0, 10);
 * await training.fit([tf.randomNormal([64, 4]), labels], labels, {
 *   epochs: 3,
 *   verbose: 0,
 *   callbacks: { onEpochEnd: () => Promise.resolve(smoothing.endEpoch()) },
 * });
 * const pred = model.predict(tf.ones([2, 4])) as tf.Tensor;
 * assertEquals(pred.shape, [2, 1]);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.2 and algorithm 2; their
 * `fds.py`.
 */
export class FeatureSmoothing extends Layer {
  /** The name under which models are saved. */
  static className = "FeatureSmoothing";
  readonly #config: CheckedFeatureSmoothing;
  #statistics: Statistics | undefined;
  /** What this epoch has gathered so far, kept. */
  #gathered: Moments | undefined;

  /**
   * Makes the layer; its weights are made when it is first applied.
   *
   * @param config The label bins, and how to smooth over them.
   * @throws {TypeError} If `config` is not an object, or `collect` not a boolean.
   * @throws {RangeError} If a value of it is out of its domain.
   */
  constructor(config: FeatureSmoothingConfig) {
    const checked = checkFeatureSmoothing(config);
    super(config);
    this.#config = checked;
  }

  /**
   * Makes the weights; tfjs calls it.
   *
   * @param inputShape The features' shape, `[null, D]`, or that and the labels'.
   * @throws {TypeError} If the features are not of rank 2 and of known size.
   */
  override build(inputShape: Shape | Shape[]): void {
    const [rows, dim, ...rest] = first(inputShape);
    if (rows === undefined || !dim || rest.length > 0) {
      throw new TypeError(
        `Cannot create feature smoothing as features must have shape [N, D], flatten them: ` +
          `current value is [${first(inputShape)}]`,
      );
    }
    const [zeros, ones] = [tf.initializers.zeros(), tf.initializers.ones()];
    const { bins } = this.#config;
    const add = (name: string, shape: number[], start: typeof zeros) =>
      this.addWeight(name, shape, "float32", start, undefined, false);
    this.#statistics = {
      mean: add("running_mean", [bins, dim], zeros),
      variance: add("running_variance", [bins, dim], ones),
      smoothedMean: add("smoothed_mean", [bins, dim], zeros),
      smoothedVariance: add("smoothed_variance", [bins, dim], ones),
      count: add("count", [bins, 1], zeros),
      epoch: add("epoch", [], zeros),
    };
    super.build(inputShape);
  }

  /**
   * The output's shape: that of the features; tfjs calls it.
   *
   * @param inputShape The features' shape, `[null, D]`, or that and the labels'.
   * @returns The features' shape.
   */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return first(inputShape);
  }

  /**
   * Calibrates features in training, and gathers their statistics; tfjs calls it.
   *
   * @param inputs Features `[N, D]`, or those and the labels `[N]` or `[N, 1]`.
   * @param kwargs `training`, and `labels` where they are no input.
   * @returns The calibrated features `[N, D]`; out of training the features as they are.
   * @throws {TypeError} If in training the features are not `[N, D]`, or labels are missing or not one a row.
   */
  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const [features, labels = kwargs.labels] = Array.isArray(inputs) ? inputs : [inputs];
    if (!kwargs.training) return features!;
    checkFeatures(features, labels, this.#built("smooth features").mean.shape[1]!);
    return tf.tidy(() => {
      const bin = this.#binOf(labels as Tensor);
      if (this.#config.collect) this.#gather(features!, bin);
      return this.#calibrate(features!, bin);
    });
  }

  /**
   * Adds rows to the statistics of this epoch. Only for `collect: false`: after an epoch's steps, call it with
   * all of the training data's features, in one go or batch by batch, to have them of the same weights, as the
   * authors do, at the price of another pass.
   *
   * @param features Features as they come into the layer, `[N, D]`.
   * @param labels Their labels, `[N]` or `[N, 1]`, in units of the label.
   * @throws {TypeError} If a shape is wrong.
   * @throws {Error} If the layer has not been applied yet.
   */
  update(features: Tensor, labels: Tensor): void {
    checkFeatures(features, labels, this.#built("update statistics").mean.shape[1]!);
    tf.tidy(() => this.#gather(features, this.#binOf(labels)));
  }

  /**
   * Ends an epoch: folds what it has gathered into the running statistics and smooths them for the next one.
   * Stays on the device.
   *
   * @throws {Error} If the layer has not been applied yet.
   */
  endEpoch(): void {
    const statistics = this.#built("end the epoch");
    const { bins, kernel, size, sigma } = this.#config;
    tf.tidy(() => {
      if (this.#gathered) fold(statistics, this.#gathered, this.#config);
      const window = smoothingWindow(kernel, size, sigma);
      const matrix = tf.tensor2d(smoothingMatrix(window, bins), [bins, bins]);
      const seen = tf.cast(tf.greater(statistics.count.read(), 0), "float32");
      const mass = tf.matMul(matrix, seen);
      const smooth = (values: Tensor) =>
        tf.divNoNan(tf.matMul(matrix, tf.mul(values, seen) as tf.Tensor2D), mass);
      statistics.smoothedMean.write(smooth(statistics.mean.read()));
      statistics.smoothedVariance.write(smooth(statistics.variance.read()));
      statistics.epoch.write(tf.add(statistics.epoch.read(), 1));
    });
    this.#forget();
  }

  /**
   * The config that makes the same layer; tfjs calls it to save a model.
   *
   * @returns What the constructor takes.
   */
  override getConfig(): ReturnType<Layer["getConfig"]> {
    return { ...super.getConfig(), ...this.#config };
  }

  /** Frees the weights, and what has been gathered; tfjs calls it. */
  protected override disposeWeights(): number {
    this.#forget();
    return super.disposeWeights();
  }

  #built(action: string): Statistics {
    if (this.#statistics) return this.#statistics;
    throw new Error(
      `Cannot ${action} as the layer must have been applied in a model: current layer is ${this.name}`,
    );
  }

  /** Each row's bin, `[N]`, int32. Compared with the edges, not divided by the width: a GPU's quotient may round. */
  #binOf(labels: Tensor): Tensor {
    const { bins, start, width } = this.#config;
    const column = tf.reshape(tf.cast(labels, "float32"), [-1, 1]);
    if (bins === 1) return tf.zeros([column.shape[0]!], "int32");
    const edges = Array.from({ length: bins - 1 }, (_, b) => start + (b + 1) * width);
    return tf.sum(tf.cast(tf.greaterEqual(column, tf.tensor2d([edges])), "int32"), 1);
  }

  #gather(features: Tensor, bin: Tensor): void {
    const batch = momentsOf(features, bin, this.#config.bins);
    const all = this.#gathered ? mergeMoments(this.#gathered, batch) : batch;
    this.#forget();
    this.#gathered = all;
    for (const tensor of Object.values(all)) tf.keep(tensor);
  }

  #calibrate(features: Tensor, bin: Tensor): Tensor {
    const { mean, variance, smoothedMean, smoothedVariance, count, epoch } = this.#statistics!;
    const due = tf.logicalAnd(
      tf.greater(count.read(), 0),
      tf.greaterEqual(epoch.read(), this.#config.startSmooth),
    );
    const total = tf.sum(variance.read(), 1, true);
    const inUse = tf.logicalAnd(due, tf.greaterEqual(total, MIN_TOTAL_VARIANCE));
    const valid = tf.logicalAnd(inUse, tf.greater(variance.read(), 0));
    const ratio = tf.divNoNan(smoothedVariance.read(), variance.read());
    // Elsewhere minus 0, times 1, plus 0: the very same bits.
    const scale = tf.where(valid, tf.sqrt(tf.clipByValue(ratio, 0.1, 10)), 1);
    const from = tf.where(valid, mean.read(), 0);
    const to = tf.where(valid, smoothedMean.read(), 0);
    const [scales, froms, tos] = [scale, from, to].map((table) => tf.gather(table, bin));
    return tf.add(tf.mul(tf.sub(features, froms!), scales!), tos!);
  }

  #forget(): void {
    tf.dispose({ ...this.#gathered });
    this.#gathered = undefined;
  }
}

tf.serialization.registerClass(
  // fromConfig is inherited; the type of the base class tells only of its constructor.
  FeatureSmoothing as unknown as tf.serialization.SerializableConstructor<FeatureSmoothing>,
);

function first(shape: Shape | Shape[]): Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as Shape;
}
