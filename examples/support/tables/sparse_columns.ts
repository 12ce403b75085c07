/** Says which columns have cells without a value. */
import { flagOf } from "./columns.ts";
import type { Refuse } from "./read_table.ts";
import type { Survey } from "./survey.ts";

/** Columns that a message names. */
const NAMED = 10;

/** Refuses the first missing cell. */
export function refuseMissing(survey: Survey, refuse: Refuse): never {
  const { row, column, text } = survey.missing!;
  return refuse(
    `no cell may be empty (--skip-empty leaves such rows out) in row ${row}, column "${column}"`,
    `"${text}"; ${missingText(survey)}`,
  );
}

/** In how many rows columns are empty, the most first, and the remedy where it is most rows. */
export function missingText({ columns, rows }: Survey): string {
  const empty = columns.filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing);
  const told = empty.slice(0, NAMED).map(({ name, missing }) => `"${name}" in ${missing}`);
  if (empty.length > NAMED) told.push(`${empty.length - NAMED} more`);
  const mostly = empty.filter(({ missing }) => missing > rows / 2).map(({ name }) => name);
  const remedy = mostly.length > 0
    ? `; --ignore ${flagOf(mostly)} leaves out what is mostly so`
    : "";
  return `empty of ${rows} rows are ${told.join(", ")}${remedy}`;
}
