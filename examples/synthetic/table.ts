/** Table of the synthetic benchmark's results. */
import { alignedTable } from "../support/aligned_table.ts";
import type { Result } from "./benchmark.ts";

/** Renders the results as aligned columns, without a newline at the end. */
export function resultsTable(results: readonly Result[]): string {
  return alignedTable([
    ["criterion", "test MSE", "many-shot half", "few-shot half", "seconds"],
    ...results.map((result) => [
      result.criterion.name,
      mse(result.testMse),
      mse(result.manyShotMse),
      mse(result.fewShotMse),
      result.seconds.toFixed(1),
    ]),
  ]);
}

function mse(value: number): string {
  return value < 1e-4 ? value.toExponential(1) : value.toPrecision(3);
}
