/** Table of the rotation benchmark's results. */
import { alignedTable } from "../support/aligned_table.ts";
import { fewShotGains, type Spread, type Summary } from "./summary.ts";

/**
 * Renders the results as aligned columns and a sentence on few-shot angles, without a newline at
 * the end.
 */
export function resultsTable(summaries: readonly Summary[]): string {
  const table = alignedTable([
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
  ]);
  const gains = fewShotGains(summaries).map(({ name, percent }) =>
    `${name} ${Math.abs(percent).toFixed(0)} % ${percent < 0 ? "over" : "under"}`
  );
  return gains.length === 0
    ? table
    : `${table}\n\nFew-shot MAE against MSE's: ${gains.join(", ")}.`;
}

function cell({ mean, deviation }: Spread): string {
  return Number.isNaN(mean) ? "none" : `${mean.toFixed(1)} ± ${deviation.toFixed(1)}`;
}
