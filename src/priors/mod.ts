/**
 * What is known of the training labels: histograms, mixtures, samples, and the weights by them.
 *
 * @example Labels, counted
 * ```ts
 * import { labelHistogram } from "@balanced/mse/priors";
 * import { assertEquals } from "@std/assert";
 *
 * const { counts } = await labelHistogram([1, 1, 1, 3], { binWidth: 1 });
 * assertEquals(Array.from(counts), [3, 0, 1]);
 * ```
 *
 * @module
 */
export type { Tensor } from "../tensor.ts";
export type { LabelPrior } from "./label_prior.ts";
export { fitLabelMixture } from "./fit_label_mixture.ts";
export type { FitLabelMixtureOptions } from "./fit_label_mixture_options.ts";
export { labelCounts, type LabelCountsOptions } from "./label_counts.ts";
export type { LabelBins } from "../bins/label_bins.ts";
export type { LabelCounts } from "../bins/label_counts.ts";
export {
  LabelHistogram,
  labelHistogram,
  type LabelHistogramData,
  type LabelHistogramOptions,
} from "./label_histogram.ts";
export {
  type CovarianceKind,
  LabelMixture,
  type LabelMixtureData,
  type LabelMixtureFit,
} from "./label_mixture.ts";
export type { LabelSmoothing } from "./label_smoothing.ts";
export { labelWeights, type LabelWeightsOptions } from "./label_weights.ts";
export type { Labels } from "./labels.ts";
export {
  type ReferenceSample,
  referenceSample,
  type ReferenceSampleOptions,
} from "./reference_sample.ts";
