/** Table of the rotation benchmark's results. */
import { fewShotGains, type Spread, type Summary } from "./summary.ts";

/** Renders the results as aligned columns and a sentence on few-shot angles, without a newline at the end. */
export function resultsTable(summaries: readonly Summary[]): string {
  const rows = [
    ["MAE, degrees", "all", "many-shot", "medium-shot", "few-shot", "balanced", "sigma", "seconds"],
    ...summaries.map(({ criterion, mae, balancedMae, sigma, seconds }) => [
      criterion.name,
      cell(mae.overall),
      cell(mae.many),
      cell(mae.medium),
      cell(mae.few),
      cell(balancedMae),
      sigma ? cell(sigma) : "",
      seconds.mean.toFixed(1),
    ]),
  ];
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const lines = rows.map((row) =>
    row.map((text, k) => k === 0 ? text.padEnd(widths[k]!) : text.padStart(widths[k]!)).join("  ")
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  const gains = fewShotGains(summaries).map(({ name, percent }) =>
    `${name} ${Math.abs(percent).toFixed(0)} % ${percent < 0 ? "over" : "under"}`
  );
  if (gains.length > 0) lines.push("", `Few-shot MAE against MSE's: ${gains.join(", ")}.`);
  return lines.join("\n");
}

function cell({ mean, deviation }: Spread): string {
  return Number.isNaN(mean) ? "none" : `${mean.toFixed(1)} ± ${deviation.toFixed(1)}`;
}
