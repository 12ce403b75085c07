/** The two panels of the figure of a report, as Vega-Lite specifications. */
import type { ImbalanceReport } from "./imbalance_report.ts";

type Spec = Readonly<Record<string, unknown>>;

/** The label's name and its unit, as on the axes. */
interface Names {
  readonly label: string;
  readonly unit: string;
}

const SHOT_COLORS = ["#9ecae1", "#d9d9d9", "#fdae6b"];
const MODEL_COLORS = ["#1a1a1a", "#d7191c", "#0571b0", "#1b7837", "#7b3294", "#8c510a"];
const ERROR_NAMES = { mae: "MAE", rmse: "RMSE", bias: "mean error" };

const POWERS = Array.from({ length: 10 }, (_, k) => 10 ** k);

/** Large enough to be read at half the size. */
export const FIGURE_CONFIG: Spec = {
  font: "sans-serif",
  view: { stroke: null },
  axis: {
    labelFontSize: 15,
    titleFontSize: 16,
    titleFontWeight: "normal",
    titlePadding: 8,
    domainColor: "#333",
    tickColor: "#333",
    gridColor: "#e5e5e5",
  },
  axisY: { minExtent: 48 },
  legend: { labelFontSize: 15, labelLimit: 0, columnPadding: 16 },
};

/** The error of each bin as a line a model, on bands tinted by shot. */
export function errorPanel(
  report: ImbalanceReport,
  models: Readonly<Record<string, ImbalanceReport>>,
  error: keyof typeof ERROR_NAMES,
  names: Names,
  width: number,
): Spec {
  const many = Object.keys(models).length > 1;
  const model = {
    field: "model",
    type: "nominal",
    scale: { domain: Object.keys(models), range: MODEL_COLORS },
    legend: many ? { title: null, orient: "top" } : null,
  };
  return {
    width,
    height: width / 2,
    resolve: { scale: { color: "independent" } },
    layer: [
      {
        data: { values: bands(report) },
        mark: { type: "rect", opacity: 0.35 },
        encoding: {
          x: { ...labelAxis(report, names), axis: { grid: false, labels: false, title: null } },
          x2: { field: "to" },
          color: { ...shotColor(report), legend: null },
        },
      },
      {
        data: {
          values: Object.entries(models).flatMap(([name, each]) => curve(name, each, error)),
        },
        mark: {
          type: "line",
          strokeWidth: 2,
          invalid: "break-paths-show-path-domains",
          point: { size: 30, filled: true },
        },
        encoding: {
          x: { field: "center", type: "quantitative" },
          y: {
            field: "error",
            type: "quantitative",
            scale: { zero: true, nice: true },
            axis: { title: `${ERROR_NAMES[error]}${names.unit}`, tickCount: 5 },
          },
          color: model,
        },
      },
    ],
  };
}

/** How many training labels each bin holds, colored by shot. */
export function densityPanel(
  report: ImbalanceReport,
  counts: "log" | "linear",
  names: Names,
  width: number,
): Spec {
  const seen = report.bins.filter((bin) => bin.trainCount > 0);
  const base = counts === "log" ? 0.5 : 0; // one label must show on a logarithmic axis, too
  return {
    width,
    height: width * 0.3,
    data: {
      values: seen.map(({ from, to, shot, trainCount }) => ({ from, to, shot, trainCount })),
    },
    mark: { type: "rect" },
    encoding: {
      x: labelAxis(report, names),
      x2: { field: "to" },
      y: {
        field: "trainCount",
        type: "quantitative",
        scale: { type: counts, domainMin: base, nice: false },
        axis: {
          title: ["training labels", "per bin"],
          format: "~s",
          ...(counts === "log" ? { values: POWERS } : { tickCount: 4 }),
        },
      },
      y2: { datum: base },
      color: shotColor(report),
    },
  };
}

/** Runs of touching bins of one shot, each as one: the seams between rectangles would show. */
function bands({ bins }: ImbalanceReport): Spec[] {
  const runs: { from: number; to: number; shot: string }[] = [];
  for (const { from, to, shot } of bins) {
    const last = runs.at(-1);
    if (last?.to === from && last.shot === shot) last.to = to;
    else runs.push({ from, to, shot });
  }
  return runs;
}

/**
 * The errors at the bins' centers; a null between bins that do not touch, so that the line breaks.
 */
function curve(model: string, report: ImbalanceReport, error: keyof typeof ERROR_NAMES): Spec[] {
  return report.bins.flatMap((bin, k) => {
    const point = {
      model,
      center: (bin.from + bin.to) / 2,
      error: bin.testCount > 0 ? bin[error] : null,
    };
    const before = report.bins[k - 1];
    const gap = before !== undefined && bin.from > before.to;
    return gap ? [{ model, center: (before.to + bin.from) / 2, error: null }, point] : [point];
  });
}

function labelAxis(report: ImbalanceReport, { label, unit }: Names): Spec {
  return {
    field: "from",
    type: "quantitative",
    scale: { domain: [report.bins[0]!.from, report.bins.at(-1)!.to], nice: false, zero: false },
    axis: { title: `${label}${unit}`, grid: false, labelFlush: false },
  };
}

function shotColor({ manyAbove, fewBelow }: ImbalanceReport): Spec {
  const names = { many: `many (> ${manyAbove})`, medium: "medium", few: `few (< ${fewBelow})` };
  return {
    field: "shot",
    type: "nominal",
    scale: { domain: Object.keys(names), range: SHOT_COLORS },
    legend: {
      title: null,
      orient: "top",
      symbolType: "square",
      symbolSize: 180,
      symbolStrokeWidth: 0,
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
    },
  };
}
