/** Table of the comparison's errors: mean and deviation over the seeds. */
import { alignedTable } from "../support/aligned_table.ts";
import { ERRORS, GROUPS, type Scores, type Spread } from "./scores.ts";

const TITLES = { mse: "MSE", mae: "MAE", gmean: "G-mean" };

/** Renders each error as a block of aligned columns, without a newline at the end. */
export function scoresTable(
  results: readonly { readonly name: string; readonly scores: Scores }[],
): string {
  return alignedTable(...ERRORS.map((error) => [
    [TITLES[error], ...GROUPS],
    ...results.map(({ name, scores }) => [
      name,
      ...GROUPS.map((group) => cell(scores[group][error])),
    ]),
  ]));
}

/** Three digits or more, the deviation as exact as the mean. */
function cell({ mean, deviation }: Spread): string {
  if (Number.isNaN(mean)) return "no row";
  const size = mean === 0 ? 0 : Math.floor(Math.log10(Math.abs(mean)));
  const digits = Math.min(100, Math.max(0, 2 - size));
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
