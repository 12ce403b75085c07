/**
 * A report as a figure.
 *
 * @module
 */
import { densityPanel, errorPanel, FIGURE_CONFIG } from "./imbalance_panels.ts";
import type { ImbalanceReport } from "./imbalance_report.ts";

/** A Vega-Lite specification: a plain object, to be rendered by any of its tools. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** What a figure shows, and how its axes are named. */
export interface ImbalanceFigureOptions {
  /** What a label is, for the axis. Default `"label"`. */
  readonly label?: string;
  /** The label's unit, in brackets on the axes. Default: none. */
  readonly unit?: string;
  /** The error drawn: `"mae"` (default), `"rmse"` or `"bias"` of each bin. */
  readonly error?: "mae" | "rmse" | "bias";
  /** Whether training labels are counted on a `"log"` (default) or `"linear"` axis. */
  readonly counts?: "log" | "linear";
  /** Width of the plot, without axes and legend, in pixels, above 0. Default 440. */
  readonly width?: number;
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
 * @throws {RangeError} If there is no report, the reports' training counts differ, or an option is none of
 * its values.
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
  const { label = "label", unit, error = "mae", counts = "log", width = 440 } = options;
  checkOption("error", error, ["mae", "rmse", "bias"]);
  checkOption("counts", counts, ["log", "linear"]);
  if (!(width > 0 && width < Infinity)) {
    throw new RangeError(
      `Cannot draw imbalance figure as width must be a finite number > 0: current value is ${width}`,
    );
  }
  const models = "overall" in reports ? { "": reports as ImbalanceReport } : reports;
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

/** Any of the reports, as to what they have in common. */
function commonReport(models: Readonly<Record<string, ImbalanceReport>>): ImbalanceReport {
  const [[, first] = [], ...others] = Object.entries(models);
  if (first === undefined) {
    throw new RangeError(
      "Cannot draw imbalance figure as there must be a report: current value is {}",
    );
  }
  const seen = ({ bins, binWidth, manyAbove, fewBelow }: ImbalanceReport) =>
    JSON.stringify([binWidth, manyAbove, fewBelow, bins.map((bin) => [bin.from, bin.trainCount])]);
  for (const [name, other] of others) {
    if (seen(other) !== seen(first)) {
      throw new RangeError(
        "Cannot draw imbalance figure as all reports must be of the same training set, bins and " +
          `thresholds: current report "${name}" differs from the first`,
      );
    }
  }
  return first;
}

function checkOption(name: string, value: unknown, allowed: string[]): void {
  if (!allowed.some((word) => word === value)) {
    throw new RangeError(
      `Cannot draw imbalance figure as ${name} must be one of ${
        allowed.join(", ")
      }: current value is ${value}`,
    );
  }
}
