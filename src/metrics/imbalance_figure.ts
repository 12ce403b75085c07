/**
 * A report as a figure.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkObject } from "../check/check_object.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { checkReport } from "./check_report.ts";
import { densityPanel, errorPanel, FIGURE_CONFIG } from "./imbalance_panels.ts";
import type { ImbalanceReport } from "./imbalance_report.ts";

const ACTION = "Cannot draw imbalance figure";

/** A Vega-Lite specification: a plain object, to be rendered by any of its tools. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** What a figure shows, and how its axes are named. */
export interface ImbalanceFigureOptions {
  /** What a label is, for the axis. Default `"label"`. */
  readonly label?: string | undefined;
  /** The label's unit, in brackets on the axes. Default: none. */
  readonly unit?: string | undefined;
  /** The error drawn: `"mae"` (default), `"rmse"` or `"bias"` of each bin. */
  readonly error?: "mae" | "rmse" | "bias" | undefined;
  /** Whether training labels are counted on a `"log"` (default) or `"linear"` axis. */
  readonly counts?: "log" | "linear" | undefined;
  /** Width of the plot, without axes and legend, in pixels, above 0. Default 440. */
  readonly width?: number | undefined;
}

/**
 * A figure of the error of each label bin over how often it was seen in training, as a Vega-Lite 6
 * specification. The module itself renders nothing.
 *
 * Choose it to see where a model fails, and to set models side by side. Bins are tinted by shot.
 *
 * @param reports One report, or several by name, of one training set and bin width.
 * @param options The axes' names and the error drawn.
 * @returns The specification, its data included.
 * @throws {TypeError} If a report is none, or an option is unknown or of the wrong kind.
 * @throws {RangeError} If there is no report, the reports' training counts differ, or an option is
 * none of its values.
 *
 * @example Render it as SVG
 * ```ts
 * import { imbalanceFigure, imbalanceReport } from "@balanced/mse";
 * import { assertStringIncludes } from "@std/assert";
 * import * as vega from "vega";
 * import { compile } from "vega-lite";
 *
 * const report = await imbalanceReport([1, 1, 2], [1, 2], [1, 4]);
 * const spec = imbalanceFigure(report, { label: "age", unit: "years" });
 * const { spec: compiled } = compile(spec as unknown as Parameters<typeof compile>[0]);
 * const svg = await new vega.View(vega.parse(compiled), { renderer: "none" }).toSVG();
 * assertStringIncludes(svg, "age (years)");
 * ```
 */
export function imbalanceFigure(
  reports: ImbalanceReport | Readonly<Record<string, ImbalanceReport>>,
  options: ImbalanceFigureOptions = {},
): VegaLiteSpec {
  checkOptions(options, ["label", "unit", "error", "counts", "width"], ACTION);
  const { label = "label", unit, error = "mae", counts = "log", width = 440 } = options;
  for (const [name, text] of Object.entries({ label, unit })) {
    if (typeof text === "string" || text === undefined) continue;
    throw new TypeError(`${ACTION} as ${name} must be text: current value is ${shown(text)}`);
  }
  checkChoice(error, "error", ["mae", "rmse", "bias"], ACTION);
  checkChoice(counts, "counts", ["log", "linear"], ACTION);
  checkNumber(width, "width", ACTION, { above: 0 });
  const models = modelsOf(reports);
  const report = commonReport(models);
  const names = { label, unit: unit === undefined ? "" : ` (${unit})` };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    config: FIGURE_CONFIG,
    spacing: 14,
    resolve: { scale: { x: "shared", color: "independent" } },
    vconcat: [
      errorPanel(report, models, error, names, width),
      densityPanel(report, counts, names, width),
    ],
  };
}

type Models = Readonly<Record<string, ImbalanceReport>>;

/** The reports by name, checked. */
function modelsOf(reports: ImbalanceReport | Models): Models {
  checkObject(reports, "reports", ACTION);
  const models: Models = "overall" in reports ? { "": reports as ImbalanceReport } : reports;
  for (const [name, report] of Object.entries(models)) {
    checkReport(report, name === "" ? "reports" : `report ${shown(name)}`, ACTION);
  }
  if (Object.keys(models).length > 0) return models;
  throw new RangeError(`${ACTION} as there must be a report: current value is {}`);
}

/** Any of the reports, as to what they have in common. */
function commonReport(models: Models): ImbalanceReport {
  const [[, first], ...others] = Object.entries(models) as [
    [string, ImbalanceReport],
    ...[string, ImbalanceReport][],
  ];
  const seen = ({ bins, manyAbove, fewBelow }: ImbalanceReport) =>
    JSON.stringify([
      manyAbove,
      fewBelow,
      bins.map(({ from, to, trainCount }) => [from, to, trainCount]),
    ]);
  for (const [name, other] of others) {
    if (seen(other) !== seen(first)) {
      throw new RangeError(
        `${ACTION} as all reports must be of the same training set, bins and thresholds: ` +
          `current report ${shown(name)} differs from the first`,
      );
    }
  }
  return first;
}
