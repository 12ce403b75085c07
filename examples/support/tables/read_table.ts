/** Reads a table of numbers out of separated values; what is wrong is named by row and column. */
import { OptionError } from "../option_error.ts";
import { type Column, columnsOf } from "./columns.ts";
import { type CsvRows, csvRows } from "./csv_rows.ts";
import { decimalMark } from "./decimal_mark.ts";
import { missingRule } from "./missing.ts";
import { type DecimalMark, numberOf } from "./numbers.ts";
import { notesOf } from "./notes.ts";
import { missingText, refuseMissing } from "./sparse_columns.ts";
import { type Survey, surveyOf } from "./survey.ts";
import { checkWords } from "./words.ts";

/** A table of numbers, split into what to learn from and what to predict. */
export interface Table {
  /** Names of the features; a word of a text column is one, `place=north`, 1 where it stands. */
  readonly features: readonly string[];
  /** Row by row, one number a feature. */
  readonly x: Float64Array;
  /** The target column. */
  readonly y: Float64Array;
  /** Rows left out since a cell was missing. */
  readonly skipped: number;
  /** What was recognized and left out, a sentence each. */
  readonly notes: readonly string[];
}

/** What the columns of a CSV are, and how its cells are read. */
export interface TableOptions {
  /** What the text is called in messages: a path. */
  readonly name: string;
  /** The column to predict. */
  readonly target: string;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** Whether to leave out rows with a missing cell; they are refused otherwise. */
  readonly skipEmpty?: boolean;
  /** What marks a missing cell, besides the usual marks. */
  readonly missing?: readonly string[];
  /** The decimal mark; recognized where absent. */
  readonly decimal?: DecimalMark | undefined;
}

/** Says which rule a table breaks. */
export type Refuse = (rule: string, value: unknown) => never;

/** The fewest rows that a training, a validation and a test set are drawn from. */
export const MIN_ROWS = 50;

/**
 * Reads text with a header: the target column, and all others with a name as features.
 *
 * Rows are counted from 1, the header and rows of empty cells left out.
 *
 * @throws {OptionError} If a column is missing, a cell cannot be used, or there are too few rows.
 */
export function readTable(text: string, options: TableOptions): Table {
  const { name, target, skipEmpty = false } = options;
  const refuse: Refuse = (rule, value) => {
    throw new OptionError(`Cannot use ${name} as ${rule}: current value is ${value}`);
  };
  const rows = csvRows(text, name);
  const { used, nameless } = columnsOf(rows.header, options, refuse);
  const isMissing = missingRule(options.missing);
  const survey = surveyOf(rows, used, isMissing);
  if (survey.incomplete > 0 && !skipEmpty) refuseMissing(survey, refuse);
  const size = survey.rows - survey.incomplete;
  if (size < MIN_ROWS) {
    const besides = survey.incomplete > 0
      ? ` besides ${survey.incomplete} with an empty cell; ${missingText(survey)}`
      : "";
    refuse(`there must be at least ${MIN_ROWS} rows`, `${size}${besides}`);
  }
  checkWords(survey, target, refuse);
  const { separator } = rows;
  const mark = options.decimal ?? decimalMark(survey.marks, separator, refuse);
  return {
    ...numbersOf(rows, survey, { target, mark, size, isMissing }, refuse),
    skipped: survey.incomplete,
    notes: notesOf(survey, { separator, mark, nameless, target }),
  };
}

interface Reading {
  readonly target: string;
  readonly mark: DecimalMark;
  /** The rows that are complete. */
  readonly size: number;
  readonly isMissing: (cell: string) => boolean;
}

function numbersOf(
  rows: CsvRows,
  { columns }: Survey,
  { target, mark, size, isMissing }: Reading,
  refuse: Refuse,
): Pick<Table, "features" | "x" | "y"> {
  const goal = columns.find(({ name }) => name === target)!;
  const inputs = columns.filter((column) => column !== goal)
    .map(({ name, place, words }) => ({ name, place, words: [...words].sort() }));
  const features = inputs.flatMap(({ name, words }) =>
    words.length === 0 ? [name] : words.map((word) => `${name}=${word}`)
  );
  const [x, y] = [new Float64Array(size * features.length), new Float64Array(size)];
  const valueOf = (cells: readonly string[], { name, place }: Column, row: number) => {
    const value = numberOf(cells[place]!, mark);
    if (!Number.isNaN(value)) return value;
    const decimal = mark === "." ? "point" : "comma";
    return refuse(
      `numbers must have a decimal ${decimal} (--decimal) in row ${row}, column "${name}"`,
      `"${cells[place]}"`,
    );
  };
  let [i, k] = [0, 0];
  rows.each((cells, row) => {
    if (columns.some(({ place }) => isMissing(cells[place]!))) return;
    y[i++] = valueOf(cells, goal, row);
    for (const input of inputs) {
      if (input.words.length === 0) x[k++] = valueOf(cells, input, row);
      for (const word of input.words) x[k++] = cells[input.place] === word ? 1 : 0;
    }
  });
  return { features, x, y };
}
