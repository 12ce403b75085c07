/**
 * How good predictions are, overall, where labels are rare, and as a report. Arrays of numbers will
 * do: nothing here needs a backend of tfjs.
 *
 * @example Every label range counts alike
 * ```ts
 * import { balancedMeanAbsoluteError, meanAbsoluteError } from "@balanced/mse/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const [pred, target] = [[1, 1, 1, 1], [1, 1, 1, 3]];
 * assertEquals(await meanAbsoluteError(pred, target), 0.5);
 * assertEquals(await balancedMeanAbsoluteError(pred, target, { binWidth: 1 }), 1);
 * ```
 *
 * @module
 */
export type { Tensor } from "../tensor.ts";
export type { LabelBins } from "../bins/label_bins.ts";
export type { LabelCounts } from "../bins/label_counts.ts";
export { meanSquaredError } from "./mean_squared_error.ts";
export { rootMeanSquaredError } from "./root_mean_squared_error.ts";
export { meanAbsoluteError } from "./mean_absolute_error.ts";
export { geometricMeanError } from "./geometric_mean_error.ts";
export { pearsonCorrelation } from "./pearson_correlation.ts";
export { spearmanCorrelation } from "./spearman_correlation.ts";
export { concordanceCorrelation } from "./concordance_correlation.ts";
export { balancedMeanAbsoluteError } from "./balanced_mean_absolute_error.ts";
export { balancedMeanAbsoluteScaledError } from "./balanced_mean_absolute_scaled_error.ts";
export { balancedMeanSquaredError } from "./balanced_mean_squared_error.ts";
export { balanced, type BalancedOptions, type BalancedValues } from "./balanced.ts";
export type { Metric } from "./metric.ts";
export { shotwise, type ShotwiseValues } from "./shotwise.ts";
export { sera } from "./sera.ts";
export { relevanceFunction, type RelevancePoint } from "./relevance_function.ts";
export { boxPlotRelevance, type BoxPlotRelevanceOptions } from "./box_plot_relevance.ts";
export { type DepthErrors, depthErrors, type DepthErrorsOptions } from "./depth_errors.ts";
export {
  type ShotwiseDepthErrors,
  shotwiseDepthErrors,
  type ShotwiseDepthErrorsOptions,
} from "./shotwise_depth_errors.ts";
export { mpjpe, type MpjpeOptions } from "./mpjpe.ts";
export { paMpjpe } from "./pa_mpjpe.ts";
export {
  type ImbalanceReport,
  imbalanceReport,
  type ImbalanceReportOptions,
} from "./imbalance_report.ts";
export type { ImbalanceErrors, ImbalanceGroup } from "./imbalance_group.ts";
export type { ImbalanceBin } from "./imbalance_bin.ts";
export { imbalanceTable, type ImbalanceTableOptions } from "./imbalance_table.ts";
export {
  imbalanceFigure,
  type ImbalanceFigureOptions,
  type VegaLiteSpec,
} from "./imbalance_figure.ts";
export type { LabelBinOptions } from "./label_bin_options.ts";
export type { Shot, ShotOptions } from "./shots.ts";
export type { NestedNumbers, ShapedNumbers, Values } from "./values.ts";
