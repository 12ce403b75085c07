/** The CSV of IMDB-WIKI-DIR and AgeDB-DIR: `age,path,split`, a row a picture. */
import { OptionError } from "../support/option_error.ts";
import { csvRows } from "../support/tables/csv_rows.ts";

/** What a picture is for. */
export const SPLITS = ["train", "val", "test"] as const;
export type Split = typeof SPLITS[number];

/** A picture's age in whole years, and its path in the folder of the data. */
export interface AgeRow {
  readonly age: number;
  readonly path: string;
}

/** One that is for something. */
export interface SplitRow extends AgeRow {
  readonly split: Split;
}

/** Wrong ages are in IMDB-WIKI, but none beyond this: see its selection of 0 to 200. */
const MOST_AGE = 200;

/** How a program may write a whole number. */
const WHOLE = /^\d+(\.0*)?$/;

/**
 * Reads a CSV with the columns `age,path,split`, in any order; others are passed over. Rows are
 * counted from 1, the header and blank lines left out.
 *
 * @param name What messages call it: its path.
 * @throws {OptionError} If a column is missing, an age is no whole number from 0 to 200, a path is
 * empty, a split is not known, or one of them has no picture.
 */
export function readSplitCsv(text: string, name: string): SplitRow[] {
  const table = tableOf(text, name, ["age", "path", "split"]);
  const rows = table.map(([age, path, split], i) => {
    const known = SPLITS.find((one) => one === split);
    if (known === undefined) {
      refuse(name, `split must be ${SPLITS.join(", ")} in row ${i + 1}`, `"${split}"`);
    }
    return { ...rowOf(age!, path!, name, i), split: known! };
  });
  for (const split of SPLITS) {
    if (rows.some((row) => row.split === split)) continue;
    refuse(name, `each split must have a picture`, `none of ${split}`);
  }
  return rows;
}

/** Reads a CSV with the columns `age,path`, which is yet to be split. */
export function readAgeCsv(text: string, name: string): AgeRow[] {
  return tableOf(text, name, ["age", "path"])
    .map(([age, path], i) => rowOf(age!, path!, name, i));
}

/** Writes what {@linkcode readSplitCsv} reads. */
export function splitCsv(rows: readonly SplitRow[]): string {
  const cell = (text: string) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map(({ age, path, split }) => `${age},${cell(path)},${split}`);
  return ["age,path,split", ...lines, ""].join("\n");
}

/** The cells of some columns, row by row. */
function tableOf(text: string, name: string, columns: readonly string[]): string[][] {
  const { header, each } = csvRows(text, name);
  const places = columns.map((column) => header.indexOf(column));
  if (places.includes(-1)) {
    refuse(name, `its columns must be ${columns.join(",")}`, `"${header.join(",")}"`);
  }
  const rows: string[][] = [];
  each((cells) => rows.push(places.map((place) => cells[place]!)));
  if (rows.length === 0) refuse(name, "it must have a row besides its header", "0 rows");
  return rows;
}

function rowOf(age: string, path: string, name: string, i: number): AgeRow {
  if (!WHOLE.test(age) || Number(age) > MOST_AGE) {
    refuse(name, `age must be a whole number from 0 to ${MOST_AGE} in row ${i + 1}`, `"${age}"`);
  }
  if (path === "") refuse(name, `path must not be empty in row ${i + 1}`, '""');
  return { age: Number(age), path };
}

function refuse(name: string, rule: string, value: unknown): never {
  throw new OptionError(`Cannot use ${name} as ${rule}: current value is ${value}`);
}
