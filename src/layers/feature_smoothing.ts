/**
 * Feature distribution smoothing.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Group } from "../distributed/group.ts";
import type { RankedLayer } from "../distributed/ranked_layer.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { Layer } from "./layer.ts";
import { binOf, GatheredMoments } from "./bin_moments.ts";
import { calibrate, endEpoch, makeStatistics, type Statistics } from "./bin_statistics.ts";
import {
  checkApplied,
  type CheckedFeatureSmoothing,
  checkFeatures,
  checkFeatureSmoothing,
  featureShape,
  featureSize,
  type FeatureSmoothingConfig,
} from "./feature_smoothing_config.ts";
import { warnOfOneBin } from "./warn_of_one_bin.ts";

/**
 * Feature distribution smoothing (FDS): a layer between features and regressor that brings each
 * label bin's feature statistics in line with its neighbors', whose labels are alike.
 *
 * Choose it where some label ranges have few samples, together with any loss: features of a rare
 * label borrow from those of the labels near it. In training, a row of bin b becomes `(x - mean_b)
 * sqrt(clip(smoothedVariance_b / variance_b)) + smoothedMean_b`, where the variance is above 0. At
 * inference, and before epoch `startSmooth`, the layer is the identity.
 *
 * **With {@linkcode train}** apply it to the features, `[N, D]`: the trainer hands it the labels of
 * the batch. **With `model.fit`** apply it to `[features, labels]`, labels being a second input of
 * the model; for inference make a second model of the same layers without it: docs/smoothing.md has
 * the whole, and the differences from the authors' code. Without labels a training step throws.
 *
 * Either way call {@linkcode endEpoch} after each epoch: `onEpochDone` of `train`, `onEpochEnd` of
 * `fit`. Nothing waits for the device. Statistics are weights that are not trained: they
 * are saved and loaded with the model.
 *
 * Labels beyond the first or last bin count as of it; NaN as of the first. Bins not seen in
 * training are neither calibrated nor weigh in their neighbors.
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
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.2 and algorithm
 * 2; their `fds.py`.
 */
export class FeatureSmoothing extends Layer implements RankedLayer {
  /** The name under which models are saved. */
  static className = "FeatureSmoothing";
  readonly #config: CheckedFeatureSmoothing;
  readonly #bins: number;
  #statistics: Statistics | undefined;
  readonly #gathered = new GatheredMoments();

  /**
   * Makes the layer; its weights are made when it is first applied.
   *
   * @param config The label bins, and how to smooth over them.
   * @throws {TypeError} If the config, a name in it or the kind of a value is wrong.
   * @throws {RangeError} If a value of it is out of its domain.
   */
  constructor(config: FeatureSmoothingConfig) {
    const checked = checkFeatureSmoothing(config);
    super(config as { readonly name?: string }); // tfjs names what has none
    this.#config = checked;
    this.#bins = checked.edges.length - 1;
  }

  /**
   * Makes the weights; tfjs calls it.
   *
   * @param inputShape The features' shape, `[null, D]`, or that and the labels'.
   * @throws {TypeError} If the features are not of rank 2 and of known size.
   */
  override build(inputShape: Shape | Shape[]): void {
    const dim = featureSize(featureShape(inputShape));
    this.#statistics = makeStatistics(
      this.#bins,
      dim,
      (name, shape, start) => this.addWeight(name, shape, "float32", start, undefined, false),
    );
    super.build(inputShape);
  }

  /**
   * The output's shape: that of the features; tfjs calls it.
   *
   * @param inputShape The features' shape, `[null, D]`, or that and the labels'.
   * @returns The features' shape.
   */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return featureShape(inputShape);
  }

  /**
   * Calibrates features in training, and gathers their statistics; tfjs calls it.
   *
   * @param inputs Features `[N, D]`, or those and the labels `[N]` or `[N, 1]`.
   * @param kwargs `training`, and `labels` where they are no input.
   * @returns The calibrated features `[N, D]`; out of training the features as they are.
   * @throws {TypeError} If in training the features are not `[N, D]`, or labels are missing or not
   * one a row.
   */
  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const [features, labels = kwargs.labels] = Array.isArray(inputs) ? inputs : [inputs];
    if (!kwargs.training) return features!;
    checkFeatures(features, labels, this.#built("smooth features").mean.shape[1]!);
    return tf.tidy(() => {
      const bin = binOf(labels as Tensor, this.#config.edges);
      if (this.#config.collect && !kwargs.borrowed) this.#gathered.add(features!, bin, this.#bins);
      return calibrate(this.#statistics!, features!, bin, this.#config);
    });
  }

  /**
   * Adds rows to the statistics of this epoch. Only for `collect: false`: after an epoch's steps,
   * call it with all training data's features, in one go or in parts, to have them of the same
   * weights, as the authors do, at the price of another pass.
   *
   * @param features Features as they come into the layer, `[N, D]`.
   * @param labels Their labels, `[N]` or `[N, 1]`, in units of the label.
   * @throws {TypeError} If a shape is wrong.
   * @throws {Error} If the layer has not been applied yet.
   */
  update(features: Tensor, labels: Tensor): void {
    checkFeatures(features, labels, this.#built("update statistics").mean.shape[1]!);
    tf.tidy(() => this.#gathered.add(features, binOf(labels, this.#config.edges), this.#bins));
  }

  /** Brings together what the ranks of a group have gathered in an epoch; `train` calls it. */
  async mergeRanks(group: Group): Promise<void> {
    await this.#gathered.mergeRanks(group, this.#built("merge ranks").mean.shape);
  }

  /**
   * Ends an epoch: folds what it has gathered into the running statistics and smooths them for the
   * next one, on the device. The first time it warns, later, if one bin has nearly all labels.
   *
   * @throws {Error} If the layer has not been applied yet.
   */
  endEpoch(): void {
    const statistics = this.#built("end the epoch");
    tf.tidy(() => endEpoch(statistics, this.#gathered.moments, this.#config));
    this.#gathered.dispose();
    void warnOfOneBin(this, statistics.count.read(), this.#config.edges);
  }

  /**
   * The config that makes the same layer; tfjs calls it to save a model.
   *
   * @returns What the constructor takes.
   */
  override getConfig(): ReturnType<Layer["getConfig"]> {
    const { given, edges: _, ...config } = this.#config;
    return { ...super.getConfig(), ...given, ...config, clip: [...config.clip] };
  }

  /** Frees the weights, and what has been gathered; tfjs calls it. */
  protected override disposeWeights(): number {
    this.#gathered.dispose();
    return super.disposeWeights();
  }

  #built(action: string): Statistics {
    return checkApplied(this.#statistics, action, this.name);
  }
}

tf.serialization.registerClass(
  // fromConfig is inherited; the type of the base class tells only of its constructor.
  FeatureSmoothing as unknown as tf.serialization.SerializableConstructor<FeatureSmoothing>,
);
