/** The network that says ages: a ResNet-50, any width and depth of its form. */
import { FeatureSmoothing, type LayersModel, type Tensor } from "@balanced/mse";
import { resNet50 } from "@balanced/mse/vision";
import * as tf from "@tensorflow/tfjs";

/** What it looks like. */
export interface NetworkOptions {
  /** Pixels a side. */
  readonly size: number;
  readonly width: number;
  readonly blocks: readonly number[];
  /** Smoothing of the features over neighboring ages; none where absent. */
  readonly fds?: { readonly size: number; readonly sigma: number; readonly momentum: number };
  /** Of the initial weights. */
  readonly seed: number;
  /** Whether blocks are computed anew in the backward pass. */
  readonly recompute?: boolean;
  /** Whether frozen layers normalize by the batch. */
  readonly batchStatistics?: boolean;
}

/** A network, and its feature smoothing where it has one. */
export interface AgeNetwork {
  /** Pictures `[N, size, size, 3]` to ages in years, `[N, 1]`. */
  readonly model: LayersModel;
  readonly smoothing?: FeatureSmoothing;
}

/** Its parts: the layer that gives features, and the regressor. */
export const [POOL, HEAD] = ["avgpool", "fc"] as const;

/** The ages that FDS keeps statistics of: from 0, older ones with the last. */
const SMOOTHED_AGES = 100;

/** Makes a network; its model is the caller's to dispose. */
export function ageNetwork(options: NetworkOptions): AgeNetwork {
  const { size, width, blocks, fds, seed, recompute = false, batchStatistics = false } = options;
  const plain = resNet50({
    ...{ inputShape: [size, size, 3], units: 1, width, blocks, seed },
    checkpointed: recompute,
    frozenStatistics: batchStatistics ? "batch" : "running",
  });
  if (fds === undefined) return { model: plain };
  const smoothing = new FeatureSmoothing({ ...fds, bins: SMOOTHED_AGES, name: "fds" });
  const features = plain.getLayer(POOL).output as tf.SymbolicTensor;
  const smoothed = smoothing.apply(features as unknown as Tensor) as unknown as tf.SymbolicTensor;
  const head = plain.getLayer(HEAD);
  const ages = head.apply(smoothed) as tf.SymbolicTensor;
  head.dispose(); // of its two uses: tfjs counts them, and frees its weights after the last
  return { model: tf.model({ inputs: plain.inputs, outputs: ages }), smoothing };
}

/** The frozen part: pictures to features `[N, D]`. It shares the model's weights. */
export function trunkOf(model: LayersModel): LayersModel {
  const features = model.getLayer(POOL).output as tf.SymbolicTensor;
  return tf.model({ inputs: model.inputs, outputs: features });
}

/** How many features it gives. */
export function featureCount({ width, blocks }: Pick<NetworkOptions, "width" | "blocks">): number {
  return 4 * width * 2 ** (blocks.length - 1);
}
