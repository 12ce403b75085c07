/** What was recognized in a table and left out of it, a sentence each. */
import { flagOf } from "./columns.ts";
import { SEPARATORS } from "./csv_rows.ts";
import { missingText } from "./sparse_columns.ts";
import { type DecimalMark, numberOf } from "./numbers.ts";
import type { Survey } from "./survey.ts";

/** Names that a sentence holds. */
const NAMED = 10;

/** The sentences; none where a table is all as expected. */
export function notesOf(
  survey: Survey,
  { separator, mark, nameless, target }: {
    readonly separator: string;
    readonly mark: DecimalMark;
    readonly nameless: readonly number[];
    readonly target: string;
  },
): string[] {
  const notes: string[] = [];
  const inputs = survey.columns.filter(({ name }) => name !== target);
  if (separator !== ",") notes.push(`Separated by ${SEPARATORS[separator] ?? `"${separator}"`}.`);
  if (mark === ",") notes.push("Numbers have decimal commas.");
  const grouped = survey.marks[mark === "." ? "1,234" : "1.234"];
  if (grouped) {
    notes.push(`Thousands are apart: ${grouped.text} is ${numberOf(grouped.text, mark)}.`);
  }
  if (nameless.length > 0) {
    const places = nameless.map((place) => place + 1).join(", ");
    notes.push(
      nameless.length === 1
        ? `Left out, as it has no name: column ${places}.`
        : `Left out, as they have no name: columns ${places}.`,
    );
  }
  if (survey.incomplete > 0) {
    notes.push(
      `Left out, as a cell is empty: ${survey.incomplete} rows; ${missingText(survey)}.`,
    );
  }
  const texts = inputs.filter(({ words }) => words.size > 0)
    .map(({ name, words }) => `${name} (${words.size})`);
  if (texts.length > 0) {
    const more = texts.length > NAMED ? ` and ${texts.length - NAMED} more` : "";
    notes.push(
      `Columns of text, each of their values an input: ${texts.slice(0, NAMED).join(", ")}${more}.`,
    );
  }
  const counting = inputs.filter(({ counts }) => counts).map(({ name }) => name);
  if (counting.length > 0) {
    notes.push(`Counts the rows, and tells nothing: --ignore ${flagOf(counting)} leaves it out.`);
  }
  return notes;
}
