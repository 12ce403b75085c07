/** The tables of errors, as the authors print them. */
import { alignedTable } from "../support/aligned_table.ts";
import { type ByShot, GROUPS, type Scores } from "./evaluation.ts";
import type { Published } from "./published.ts";
import type { Result } from "./result.ts";

const METRICS: readonly (readonly [keyof Scores, string])[] = [
  ["bMae", "bMAE, years"],
  ["mae", "MAE, years"],
  ["gMean", "G-mean, years"],
];

/**
 * Renders a table a metric, ours above what is published, without a newline at the end. A published
 * row without numbers of a metric is not in its table.
 */
export function scoresTables(
  results: readonly Result[],
  published: readonly Published[] = [],
): string {
  return alignedTable(...METRICS.map(([metric, title]) => [
    [title, ...GROUPS, "sigma", "seconds"],
    ...results.map(({ name, scores, sigma, seconds }) => [
      name,
      ...cells(scores[metric]),
      sigma === null ? "" : sigma.toFixed(2),
      seconds.toFixed(1),
    ]),
    ...published.flatMap((row) => {
      const numbers = metric === "gMean" ? undefined : row[metric];
      return numbers ? [[`published: ${row.name}`, ...cells(numbers), "", ""]] : [];
    }),
  ]));
}

/** Two digits, as far as papers print; empty where nothing is printed. */
function cells(numbers: Partial<ByShot>): string[] {
  return GROUPS.map((group) => {
    const value = numbers[group];
    return value === undefined ? "" : Number.isNaN(value) ? "none" : value.toFixed(2);
  });
}
