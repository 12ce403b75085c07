/** Table of the synthetic benchmark's results. */
import type { Result } from "./benchmark.ts";

/** Renders the results as aligned columns, without a newline at the end. */
export function resultsTable(results: readonly Result[]): string {
  const rows = [
    ["criterion", "test MSE", "many-shot half", "few-shot half", "seconds"],
    ...results.map((result) => [
      result.criterion.name,
      mse(result.testMse),
      mse(result.manyShotMse),
      mse(result.fewShotMse),
      result.seconds.toFixed(1),
    ]),
  ];
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, k) => k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)).join("  ")
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}

function mse(value: number): string {
  return value < 1e-4 ? value.toExponential(1) : value.toPrecision(3);
}
