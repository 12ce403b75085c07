/**
 * Feature distribution smoothing.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { mergeMoments, type Moments, momentsOf } from "./bin_moments.ts";
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
export class FeatureSmoothing extends tf.layers.Layer {
  /** The name under which models are saved. */
  static className = "FeatureSmoothing";
  readonly #config: CheckedFeatureSmoothing;
  #dim = 0;
  /** What this epoch has gathered so far, kept. */
  #epochMoments: Moments | undefined;
  #weights!: Record<"mean" | "variance" | "smoothedMean" | "smoothedVariance", tf.LayerVariable> & {
    count: tf.LayerVariable;
    epoch: tf.LayerVariable;
  };

  /**
   * Makes the layer; its weights are made when it is first applied.
   *
   * @param config The label bins, and how to smooth over them.
   * @throws {TypeError} If `config` is not an object, or `collect` not a boolean.
   * @throws {RangeError} If a value of it is out of its domain.
   */
  constructor(config: FeatureSmoothingConfig) {
    const checked = checkFeatureSmoothing(config);
    super(config as FeatureSmoothingConfig & { name: string });
    this.#config = checked;
  }
}
