/** The label priors of GAI and BNI, made of many labels of the training distribution. */
import { type Bins, fitLabelMixture, labelHistogram, type Mixture } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { LabelDistribution } from "./distributions.ts";
import { randomFrom } from "./random.ts";

/** As in the authors' code: drawn apart from the training set, the same for every seed. */
const LABELS = 10_000;
/** A tenth of the noise. */
const BIN_WIDTH = 0.1;

function manyLabels(labels: LabelDistribution): number[][] {
  const random = randomFrom(1);
  return Array.from({ length: LABELS }, () => labels.draw(random));
}

/** A mixture of as many components as the paper takes; its numbers stay on the device. */
export async function labelMixture(
  labels: LabelDistribution,
): Promise<{ mixture: Mixture; dispose(): void }> {
  const { dim, components } = labels;
  const { weights, means, variances, covariances } = await fitLabelMixture(manyLabels(labels), {
    components,
    tolerance: 1e-4,
  });
  const kept = {
    weights: tf.tensor1d(weights),
    means: tf.tensor(means, [weights.length, dim]),
    ...(variances && { variances: tf.tensor(variances, [weights.length, dim]) }),
  };
  return {
    mixture: { ...kept, ...(covariances && { covariances }) },
    dispose: () => tf.dispose(kept),
  };
}

/** A histogram over the labels' range; its numbers stay on the device. */
export async function labelBins(
  labels: LabelDistribution,
): Promise<{ bins: Bins; dispose(): void }> {
  const values = manyLabels(labels).map(([label]) => label!);
  const { centers, weights } = await labelHistogram(values, { binWidth: BIN_WIDTH });
  const bins = { centers: tf.tensor1d(centers), weights: tf.tensor1d(weights) };
  return { bins, dispose: () => tf.dispose(bins) };
}
