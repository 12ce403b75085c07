/**
 * Layers for models of `@tensorflow/tfjs-layers`, which only this entry loads.
 *
 * @example Features, smoothed over the label bins
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { FeatureSmoothing } from "@balanced/mse/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const model = tf.sequential();
 * model.add(tf.layers.dense({ units: 4, inputShape: [3] }));
 * model.add(new FeatureSmoothing({ edges: [0, 1, 2] }));
 * model.add(tf.layers.dense({ units: 1 }));
 * assertEquals(model.outputs[0]!.shape, [null, 1]);
 * ```
 *
 * @module
 */
export type { Shape, Tensor } from "../tensor.ts";
export type { LabelSmoothing } from "../priors/label_smoothing.ts";
export type { Group } from "../distributed/group.ts";
export type { RankedLayer } from "../distributed/ranked_layer.ts";
export { FeatureSmoothing } from "./feature_smoothing.ts";
export type { FeatureSmoothingConfig } from "./feature_smoothing_config.ts";
export type { SmoothingKernel } from "./smoothing_window.ts";
export { Layer } from "./layer.ts";
