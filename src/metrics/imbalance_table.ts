/**
 * A report as text.
 *
 * @module
 */
import { checkBoolean } from "../check/check_boolean.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkReport } from "./check_report.ts";
import type { ImbalanceReport } from "./imbalance_report.ts";

const ACTION = "Cannot print imbalance table";

/** What a table shows. */
export interface ImbalanceTableOptions {
  /** Whether the bins are listed, too. Default false. */
  readonly bins?: boolean | undefined;
}

/**
 * A report as a text table: a line for all rows and one for each shot, and one a bin on demand.
 *
 * @param report The report to print.
 * @param options Whether to list the bins.
 * @returns Lines of equal width, without a line break at the end. Four significant digits; "–"
 * where there is no row, and for a correlation that is not defined.
 * @throws {TypeError} If it is no report, or an option is unknown or of the wrong kind.
 *
 * @example Print what a model does
 * ```ts
 * import { imbalanceReport, imbalanceTable } from "@balanced/mse";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const table = imbalanceTable(await imbalanceReport([1, 2], [1, 2], [1, 4]));
 * assertStringIncludes(table, "few (< 20)");
 * console.log(table);
 * ```
 */
export function imbalanceTable(
  report: ImbalanceReport,
  options: ImbalanceTableOptions = {},
): string {
  checkOptions(options, ["bins"], ACTION);
  const { bins = false } = options;
  checkBoolean(bins, "bins", ACTION);
  checkReport(report, "report", ACTION);
  const { manyAbove, fewBelow } = report;
  const groups = [
    ["overall", report.overall],
    [`many (> ${manyAbove})`, report.many],
    [`medium (${fewBelow} to ${manyAbove})`, report.medium],
    [`few (< ${fewBelow})`, report.few],
  ] as const;
  const head = "shot|train|test|bins|MAE|bal. MAE|MSE|bal. MSE|RMSE|GM|Pearson|Spearman".split("|");
  const summary = align([
    head,
    ...groups.map(([name, group]) => [
      name,
      `${group.trainCount}`,
      `${group.testCount}`,
      `${group.binCount}`,
      ...[group.mae, group.balancedMae, group.mse, group.balancedMse, group.rmse].map(digits),
      ...[group.geometricMean, group.pearson, group.spearman].map(digits),
    ]),
  ]);
  if (!bins) return summary;
  const list = align([
    ["labels", "shot", "train", "test", "MAE", "RMSE", "bias"],
    ...report.bins.map((bin) => [
      `${border(bin.from)} to < ${border(bin.to)}`,
      bin.shot,
      `${bin.trainCount}`,
      `${bin.testCount}`,
      ...[bin.mae, bin.rmse, bin.bias].map(digits),
    ]),
  ]);
  return `${summary}\n\n${list}`;
}

/** As many digits as people may give, 0.666666666667 of 2 / 3. */
function border(label: number): string {
  return `${Number(label.toPrecision(12))}`;
}

/** Four significant digits, without an exponent where it can be avoided. */
function digits(value: number | null): string {
  // JSON has null for NaN.
  if (value === null || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  // Of the rounded value: 0.99999 is 1.000.
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(4)))));
  if (exponent < -4 || exponent > 8) return value.toExponential(3);
  return value.toFixed(Math.max(0, 3 - exponent));
}

/** The first column to the left, the others to the right, a rule below the head. */
function align([head, ...rows]: string[][]): string {
  const widths = head!.map((title, c) =>
    Math.max(title.length, ...rows.map((row) => row[c]!.length))
  );
  const line = (row: string[]) =>
    row.map((cell, c) => c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)).join("  ");
  return [line(head!), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)]
    .join("\n");
}
