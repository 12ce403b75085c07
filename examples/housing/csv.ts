/** Reads a table of numbers out of CSV text; what is wrong is named by row and column. */
import { parse } from "@std/csv/parse";
import { OptionError } from "../support/option_error.ts";

/** A table of numbers, split into what to learn from and what to predict. */
export interface Table {
  /** Names of the features' columns. */
  readonly features: readonly string[];
  /** Row by row, one number a feature. */
  readonly x: readonly (readonly number[])[];
  /** The target column. */
  readonly y: readonly number[];
  /** Rows left out since a cell was empty. */
  readonly skipped: number;
}

/** Which columns of the CSV are what. */
export interface TableOptions {
  /** What the text is called in messages: a path. */
  readonly name: string;
  /** The column to predict. */
  readonly target: string;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** Whether to leave out rows with an empty cell; they are refused otherwise. */
  readonly skipEmpty?: boolean;
}

/** The fewest rows that a training, a validation and a test set are drawn from. */
export const MIN_ROWS = 50;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** What programs write where there is no number. */
const EMPTY = /^(|na|n\/a|nan|null)$/i;

/**
 * Reads CSV text with a header: the target column, and all others as features.
 *
 * Rows are counted from 1, the header and blank lines left out.
 *
 * @throws {OptionError} If a column is missing, a cell is no number, or there are too few rows.
 */
export function readTable(text: string, options: TableOptions): Table {
  const { name, target, ignore = [], skipEmpty = false } = options;
  const refuse = (rule: string, value: unknown): never => {
    throw new OptionError(`Cannot use ${name} as ${rule}: current value is ${value}`);
  };
  const [header, ...rows] = cellsOf(text, refuse);
  if (header === undefined) return refuse("its first line must name the columns", '""');
  const twice = header.find((column, k) => header.indexOf(column) !== k);
  if (twice !== undefined) refuse("each column must have a name of its own", `"${twice}" twice`);
  const columns = header.join(", ");
  if (!header.includes(target)) {
    refuse(`the target must be one of its columns, ${columns}`, `"${target}"`);
  }
  const unknown = ignore.find((column) => !header.includes(column));
  if (unknown !== undefined) {
    refuse(`the ignored must be of its columns, ${columns}`, `"${unknown}"`);
  }
  if (ignore.includes(target)) refuse("the target must not be ignored", `"${target}"`);
  const used = header.filter((column) => !ignore.includes(column));
  if (used.length < 2) refuse("there must be a column beside the target", columns);

  const table: { x: number[][]; y: number[]; skipped: number } = { x: [], y: [], skipped: 0 };
  rows.forEach((cells, i) => {
    const at = `row ${i + 1}`;
    if (cells.length !== header.length) {
      refuse(`${at} must have ${header.length} cells, as the header has`, cells.length);
    }
    const cellOf = (column: string) => cells[header.indexOf(column)]!;
    const empty = used.find((column) => EMPTY.test(cellOf(column)));
    if (empty !== undefined) {
      if (!skipEmpty) {
        refuse(
          `no cell may be empty (--skip-empty leaves such rows out) in ${at}, column "${empty}"`,
          `"${cellOf(empty)}"`,
        );
      }
      table.skipped++;
      return;
    }
    const numberOf = (column: string) => {
      const value = NUMBER.test(cellOf(column)) ? Number(cellOf(column)) : NaN;
      if (Number.isFinite(value)) return value;
      const remedy = column === target ? "" : ` (--ignore "${column}" leaves the column out)`;
      return refuse(
        `cells must be numbers${remedy} in ${at}, column "${column}"`,
        `"${cellOf(column)}"`,
      );
    };
    table.x.push(used.filter((column) => column !== target).map(numberOf));
    table.y.push(numberOf(target));
  });
  if (table.y.length < MIN_ROWS) {
    const besides = table.skipped > 0 ? ` besides ${table.skipped} with an empty cell` : "";
    refuse(`there must be at least ${MIN_ROWS} rows`, `${table.y.length}${besides}`);
  }
  return { features: used.filter((column) => column !== target), ...table };
}

/** The cells, without the space around them. */
function cellsOf(text: string, refuse: (rule: string, value: unknown) => never): string[][] {
  try {
    return parse(text).map((row) => row.map((cell) => cell.trim()));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse("it must be comma-separated values", error.message);
  }
}
