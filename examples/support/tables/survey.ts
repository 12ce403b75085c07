/** A first look at a table's cells: which columns hold numbers, words or nothing. */
import type { CsvRows } from "./csv_rows.ts";
import { type Evidence, evidenceOf } from "./numbers.ts";

/** A cell, to show. */
export interface Cell {
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

/** What a column holds, in the rows that are used. */
export interface ColumnSurvey {
  readonly name: string;
  readonly place: number;
  /** Cells without a value, of all rows. */
  missing: number;
  numbers: number;
  /** The first cell that is no number. */
  word?: Cell;
  /** The different words, up to one more than {@linkcode MOST_WORDS}. */
  readonly words: Set<string>;
  /** Whether its numbers count the rows, from the first one on. */
  counts: boolean;
}

/** What a table holds. */
export interface Survey {
  readonly columns: readonly ColumnSurvey[];
  /** All rows, and those with a missing cell. */
  rows: number;
  incomplete: number;
  /** The first missing cell. */
  missing?: Cell;
  /** The first cells that tell of a decimal mark, or leave it open. */
  readonly marks: Partial<Record<Exclude<Evidence, "either">, Cell>>;
}

/** The most words that a column of text may have, one input each. */
export const MOST_WORDS = 20;

/** Looks at the columns; cells of incomplete rows tell nothing of them. */
export function surveyOf(
  { each }: CsvRows,
  used: readonly { readonly name: string; readonly place: number }[],
  isMissing: (cell: string) => boolean,
): Survey {
  const columns: ColumnSurvey[] = used.map((column) => (
    { ...column, missing: 0, numbers: 0, words: new Set<string>(), counts: true }
  ));
  const survey: Survey = { columns, rows: 0, incomplete: 0, marks: {} };
  each((cells, row) => {
    survey.rows++;
    let complete = true;
    for (const column of columns) {
      const text = cells[column.place]!;
      if (!isMissing(text)) continue;
      complete = false;
      column.missing++;
      survey.missing ??= { row, column: column.name, text };
    }
    if (!complete) survey.incomplete++;
    else for (const column of columns) see(column, cells[column.place]!, row, survey);
  });
  return survey;
}

function see(column: ColumnSurvey, text: string, row: number, { marks }: Survey): void {
  const evidence = evidenceOf(text);
  const cell = { row, column: column.name, text };
  if (evidence === undefined) {
    column.word ??= cell;
    column.counts = false;
    if (column.words.size <= MOST_WORDS) column.words.add(text);
    return;
  }
  column.numbers++;
  if (column.counts && text !== `${row}` && text !== `${row - 1}`) column.counts = false;
  if (evidence !== "either") marks[evidence] ??= cell;
}
