/** Table of the comparison's errors: mean and deviation over the seeds. */
import { ERRORS, GROUPS, type Scores, type Spread } from "./scores.ts";

const TITLES = { mse: "MSE", mae: "MAE", gmean: "G-mean" };

/** Renders each error as a block of aligned columns, without a newline at the end. */
export function scoresTable(
  results: readonly { readonly name: string; readonly scores: Scores }[],
): string {
  const rows = ERRORS.flatMap((error) => [
    [TITLES[error], ...GROUPS],
    ...results.map(({ name, scores }) => [
      name,
      ...GROUPS.map((group) => cell(scores[group][error])),
    ]),
  ]);
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const line = (row: readonly string[]) =>
    row.map((text, k) => k === 0 ? text.padEnd(widths[k]!) : text.padStart(widths[k]!)).join("  ");
  return ERRORS.map((_, block) => {
    const [head, ...others] = rows.slice(
      block * (results.length + 1),
      (block + 1) * (results.length + 1),
    ).map(line);
    return [head, rule, ...others].join("\n");
  }).join("\n\n");
}

/** Three digits or more, the deviation as exact as the mean. */
function cell({ mean, deviation }: Spread): string {
  if (Number.isNaN(mean)) return "no row";
  const size = mean === 0 ? 0 : Math.floor(Math.log10(Math.abs(mean)));
  const digits = Math.min(100, Math.max(0, 2 - size));
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
