/** The priors' and metrics' rows of the junk table. */
import {
  type BalancedOptions,
  type BoxPlotRelevanceOptions,
  type DepthErrorsOptions,
  type FitLabelMixtureOptions,
  type ImbalanceFigureOptions,
  type ImbalanceReportOptions,
  type ImbalanceTableOptions,
  type LabelBinOptions,
  type LabelBins,
  type LabelCounts,
  type LabelCountsOptions,
  LabelHistogram,
  type LabelHistogramData,
  type LabelHistogramOptions,
  LabelMixture,
  type LabelMixtureData,
  type LabelSmoothing,
  type LabelWeightsOptions,
  meanAbsoluteError,
  type MpjpeOptions,
  type ReferenceSampleOptions,
  relevanceFunction,
  type ShotOptions,
  type ShotwiseDepthErrorsOptions,
} from "../../mod.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONS: readonly Kind[] = ["undefined", "object"];
const OPTIONAL: readonly Kind[] = ["undefined"];
const POSITIVE: readonly Kind[] = ["undefined", "fraction"];
const BOOLEAN: readonly Kind[] = ["undefined", "true"];
const FINITE: readonly Kind[] = ["zero", "negative", "fraction", "huge", "tiny"];
/** Numbers that are taken as they are. */
const ARRAY: readonly Kind[] = ["list", "nulls"];
/** A number that is not negative; thresholds in order let fewer through. */
const SMALL: readonly Kind[] = ["undefined", "zero", "fraction", "tiny"];

const labels = () => [1, 2, 3, 4, 5];
const labelCounts = () =>
  ({ values: labels(), counts: [5, 0, 1, 1, 1] }) satisfies Record<keyof LabelCounts, unknown>;
const smoothing = { kernel: "laplace", size: 3, sigma: 1, ends: "reflect" } satisfies Record<
  keyof LabelSmoothing,
  unknown
>;

/** The three ways of binning, of which one is given; what each takes. */
const BINNINGS = [
  { binWidth: 1, align: "edge", bins: undefined, edges: undefined },
  { binWidth: undefined, align: undefined, bins: 3, edges: undefined },
  { binWidth: undefined, align: undefined, bins: undefined, edges: [0, 3, 9] },
] satisfies Record<keyof LabelBins, unknown>[];
const BINNING_TAKES = {
  "options.binWidth": ["fraction", "huge"], // on the host, in float64
  "options.align": ["undefined"],
} as const;

function smoothingTakes(name: string): Record<string, readonly Kind[]> {
  return {
    [`options.${name}`]: OPTIONS,
    [`options.${name}.kernel`]: OPTIONAL,
    [`options.${name}.size`]: OPTIONAL,
    [`options.${name}.ends`]: OPTIONAL,
    [`options.${name}.sigma`]: [...POSITIVE, "tiny"],
  };
}

const fit = { labels: 5, logLikelihood: -1, bic: 9, iterations: 2, converged: true };
const histogram = () =>
  ({
    centers: [1, 2],
    weights: [0.5, 0.5],
    edges: [0.5, 1.5, 2.5],
    counts: [1, 1],
  }) satisfies Record<keyof LabelHistogramData, unknown>;
const mixture = () =>
  ({
    weights: [1],
    means: [2],
    variances: [1],
    covariances: undefined,
    fit: { ...fit },
  }) satisfies Record<keyof LabelMixtureData, unknown>;

/** Predictions and labels, and perhaps options. */
function metric(options?: object, takes: JunkCall["takes"] = {}): JunkCall[] {
  return [{
    args: () => ({
      pred: [1, 2, 4, 8, 16],
      target: labels(),
      ...(options && { options: { ...options } }),
    }),
    takes: { options: OPTIONS, ...takes },
    reads: true,
  }];
}

const WIDTH: readonly Kind[] = [...POSITIVE, "huge"];
const BIN_TAKES = {
  options: OPTIONS,
  "options.binWidth": WIDTH,
  "options.align": OPTIONAL,
  "options.bins": OPTIONAL, // then bins have the default width
  "options.edges": OPTIONAL,
  "options.binBy": OPTIONAL,
};

const SHOT_TAKES = { "options.many": ["undefined", "infinity", "huge"], "options.few": SMALL };

/** A call for each way of binning; a metric has a default width, so that it may be left out. */
function binned(
  args: (bins: typeof BINNINGS[number]) => Record<string, unknown>,
  takes = {},
  open: readonly string[] = [],
): JunkCall[] {
  return BINNINGS.map((binning) => ({
    args: () => args(binning),
    open,
    takes: { ...BIN_TAKES, ...takes },
    reads: true,
  }));
}

/** A metric over label bins. */
function balanced(): JunkCall[] {
  return binned((bins) => {
    const options = { ...bins, binBy: labels() } as Record<keyof LabelBinOptions, unknown>;
    return { pred: [1, 2, 4, 8, 16], target: labels(), options };
  });
}

const poses = () => [[[0, 0, 0], [0, 0, 1]]];

const group = {
  trainCount: 1,
  testCount: 1,
  binCount: 1,
  mse: 1,
  rmse: 1,
  mae: 1,
  geometricMean: 1,
  pearson: 1,
  spearman: 1,
  balancedMae: 1,
  balancedMse: 1,
};
const report = () => ({
  binWidth: 1,
  manyAbove: 100,
  fewBelow: 20,
  overall: group,
  many: group,
  medium: group,
  few: group,
  bins: [{ from: 0, to: 1, shot: "few", trainCount: 1, testCount: 1, mae: 1, rmse: 1, bias: 0 }],
});

/** Rows by export. */
export const PRIOR_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  fitLabelMixture: [{
    args: () => ({
      labels: labels(),
      options: {
        components: 1,
        maxComponents: 2,
        covariance: "diagonal",
        seed: 1,
        tolerance: 1e-3,
        maxIterations: 5,
        restarts: 2,
        varianceFloor: 1e-3,
        maxPoints: 100,
      } satisfies Record<keyof FitLabelMixtureOptions, unknown>,
    }),
    takes: {
      "options.maxComponents": OPTIONAL,
      "options.covariance": OPTIONAL,
      "options.seed": ["undefined", "zero"],
      "options.tolerance": [...POSITIVE, "huge", "tiny"],
      "options.maxIterations": OPTIONAL,
      "options.restarts": OPTIONAL,
      "options.varianceFloor": [...POSITIVE, "huge", "tiny"],
      "options.maxPoints": ["undefined", "infinity"],
    },
  }],
  labelCounts: [
    {
      args: () => ({ parts: [labels(), 3], options: { binWidth: 1, align: "edge" } }),
      takes: {
        options: OPTIONS,
        "options.binWidth": ["fraction", "huge"],
        "options.align": OPTIONAL,
      },
      words: ["labels"],
    },
    {
      args: () => ({
        parts: [labels()],
        options: { binWidth: undefined, align: undefined, edges: [0, 3, 9] } satisfies Record<
          keyof LabelCountsOptions,
          unknown
        >,
      }),
      takes: { options: OPTIONS, "options.edges": OPTIONAL },
      words: ["labels"],
    },
  ],
  labelHistogram: BINNINGS.map((binning): JunkCall => ({
    args: () => ({
      labels: labels(),
      options: { ...binning, smoothing: { ...smoothing } } satisfies Record<
        keyof LabelHistogramOptions,
        unknown
      >,
    }),
    takes: { ...BINNING_TAKES, ...smoothingTakes("smoothing") },
  })),
  labelWeights: [
    ...BINNINGS.map((binning): JunkCall => ({
      args: () => ({
        labels: labels(),
        options: {
          ...binning,
          scheme: "inverse",
          alpha: undefined,
          lds: { ...smoothing },
          clip: [1, 9],
        } satisfies Record<keyof LabelWeightsOptions, unknown>,
      }),
      takes: {
        ...BINNING_TAKES,
        ...smoothingTakes("lds"),
        "options.scheme": OPTIONAL,
        "options.clip": OPTIONAL,
      },
    })),
    {
      args: () => ({ labels: labelCounts(), options: { scheme: "dense", alpha: 0.5 } }),
      takes: { "options.alpha": [...POSITIVE, "zero", "huge", "tiny"] },
      words: ["options"],
      open: ["labels"],
    },
  ],
  LabelHistogram: [
    {
      args: () => ({ data: histogram() }),
      call: (data: LabelHistogramData) => new LabelHistogram(data),
      takes: {
        "data.centers": ARRAY,
        "data.weights": ARRAY,
        "data.edges": ARRAY,
        "data.counts": ARRAY,
      },
      open: ["data"],
    },
    {
      args: () => ({ json: { type: "LabelHistogram", ...histogram() } }),
      call: (json: unknown) => LabelHistogram.fromJSON(json),
      open: ["json"],
    },
  ],
  LabelMixture: [
    {
      args: () => ({ data: mixture() }),
      call: (data: LabelMixtureData) => new LabelMixture(data),
      takes: {
        "data.weights": ARRAY,
        "data.means": ARRAY,
        "data.variances": ARRAY,
        "data.fit": ["object", "date", "controller", "disposed", "strings", "complex", "axes"],
      },
      only: ["data", "data.weights", "data.means", "data.variances", "data.fit"],
      open: ["data", "data.fit"],
    },
    {
      args: () => {
        const { covariances: _, ...data } = mixture();
        return { json: { type: "LabelMixture", ...data } };
      },
      call: (json: unknown) => LabelMixture.fromJSON(json),
      takes: {
        "json.fit.logLikelihood": FINITE,
        "json.fit.bic": FINITE,
        "json.fit.iterations": ["zero"],
        "json.fit.converged": ["true"],
      },
      open: ["json", "json.fit"],
    },
  ],
  referenceSample: [{
    args: () => ({
      labels: labels(),
      size: 2,
      options: { seed: 1, stratified: true } satisfies Record<
        keyof ReferenceSampleOptions,
        unknown
      >,
    }),
    takes: {
      options: OPTIONS,
      "options.seed": ["undefined", "zero"],
      "options.stratified": BOOLEAN,
    },
  }],
  meanSquaredError: metric(),
  rootMeanSquaredError: metric(),
  meanAbsoluteError: metric(),
  geometricMeanError: metric(),
  pearsonCorrelation: metric(),
  spearmanCorrelation: metric(),
  concordanceCorrelation: metric(),
  balancedMeanAbsoluteScaledError: binned(
    (bins) => ({
      pred: [1, 2, 4, 8, 16],
      target: labels(),
      trainLabels: labelCounts(),
      options: { ...bins, binBy: labels() } as Record<keyof LabelBinOptions, unknown>,
    }),
    {},
    ["trainLabels"],
  ),
  balancedMeanAbsoluteError: balanced(),
  balancedMeanSquaredError: balanced(),
  balanced: binned(
    (bins) => ({
      metric: meanAbsoluteError,
      pred: [1, 2, 4, 8, 16],
      target: labels(),
      trainLabels: labelCounts(),
      options: { ...bins, binBy: labels(), many: 30, few: 20, rarity: labels() } satisfies Record<
        keyof BalancedOptions,
        unknown
      >,
    }),
    { ...SHOT_TAKES, trainLabels: OPTIONAL, "options.rarity": OPTIONAL },
    ["trainLabels"],
  ),
  shotwise: binned((bins) => ({
    metric: meanAbsoluteError,
    pred: [1, 2, 4, 8, 16],
    target: labels(),
    trainLabels: labels(),
    options: { ...bins, binBy: labels(), many: 30, few: 20 } as Record<keyof ShotOptions, unknown>,
  }), SHOT_TAKES),
  sera: [
    {
      reads: true,
      args: () => ({ pred: [1, 2, 4, 8, 16], target: labels(), relevance: [0, 0, 0, 1, 1] }),
    },
    {
      reads: true,
      args: () => ({ pred: [1, 2, 4, 8, 16], target: labels(), relevance: () => 1 }),
    },
  ],
  relevanceFunction: [
    { args: () => ({ points: [[1, 0], [2, 1]] }), words: ["point"] },
    {
      args: () => ({ label: 1 }),
      takes: {
        label: ["zero", "negative", "fraction", "nan", "infinity", "huge", "tiny"],
      },
      call: (label: number) => relevanceFunction([[1, 0], [2, 1]])(label),
    },
  ],
  boxPlotRelevance: [{
    reads: true,
    args: () => ({
      labels: [1, 2, 2, 3, 3, 3, 4, 4, 5, 30],
      options: { extremes: "both", boxPlot: "adjusted", coefficient: 1 } satisfies Record<
        keyof BoxPlotRelevanceOptions,
        unknown
      >,
    }),
    takes: {
      options: OPTIONS,
      "options.extremes": OPTIONAL,
      "options.boxPlot": OPTIONAL,
      "options.coefficient": [...POSITIVE, "huge", "tiny"],
    },
  }],
  depthErrors: metric(
    { mask: [1, 1, 1, 0, 1] } satisfies Record<keyof DepthErrorsOptions, unknown>,
    { "options.mask": OPTIONAL },
  ),
  shotwiseDepthErrors: binned(
    (bins) => ({
      pred: [1, 2, 4, 8, 16],
      target: labels(),
      trainLabels: labelCounts(),
      options: { ...bins, many: 30, few: 20, mask: [1, 1, 1, 0, 1], floor: 1 } satisfies Record<
        keyof ShotwiseDepthErrorsOptions,
        unknown
      >,
    }),
    { ...SHOT_TAKES, "options.mask": OPTIONAL, "options.floor": [...POSITIVE, "huge", "tiny"] },
    ["trainLabels"],
  ),
  mpjpe: [{
    reads: true,
    args: () => ({
      pred: poses(),
      target: poses(),
      options: { root: 0 } satisfies Record<keyof MpjpeOptions, unknown>,
    }),
    takes: { options: OPTIONS, "options.root": ["undefined", "zero"] },
  }],
  paMpjpe: [{ args: () => ({ pred: poses(), target: poses() }), reads: true }],
  imbalanceReport: binned((bins) => ({
    trainLabels: labels(),
    testLabels: labels(),
    predictions: [1, 2, 4, 8, 16],
    options: { ...bins, many: 30, few: 20 } as Record<keyof ImbalanceReportOptions, unknown>,
  }), SHOT_TAKES),
  imbalanceTable: [{
    args: () => ({
      report: report(),
      options: { bins: true } satisfies Record<keyof ImbalanceTableOptions, unknown>,
    }),
    takes: { options: OPTIONS, "options.bins": BOOLEAN },
    only: ["report", "options", "options.bins"],
    open: ["report"],
  }],
  imbalanceFigure: [{
    args: () => ({
      reports: { model: report() },
      options: {
        label: "age",
        unit: "years",
        error: "rmse",
        counts: "log",
        width: 300,
      } satisfies Record<keyof ImbalanceFigureOptions, unknown>,
    }),
    takes: {
      options: OPTIONS,
      "options.label": ["undefined", "empty", "text", "digit"],
      "options.unit": ["undefined", "empty", "text", "digit"],
      "options.error": OPTIONAL,
      "options.counts": OPTIONAL,
      "options.width": [...POSITIVE, "huge", "tiny"],
    },
    only: [
      "reports",
      "reports.model",
      "options",
      "options.label",
      "options.unit",
      "options.error",
      "options.counts",
      "options.width",
    ],
    open: ["reports", "reports.model"],
    words: ["report"],
  }],
};
