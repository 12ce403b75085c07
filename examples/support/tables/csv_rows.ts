/** The rows of separated values, whichever separator the text tells. */
import Papa from "papaparse";
import { OptionError } from "../option_error.ts";
import { isNumber } from "./numbers.ts";

/** A text of separated values. */
export interface CsvRows {
  /** The columns' names, without the space around them; those after the last name may be "". */
  readonly header: readonly string[];
  readonly separator: string;
  /**
   * Calls back with the cells of each row, as many as the header's, without the space around them.
   * Rows are counted from 1; the header and rows of empty cells are left out.
   */
  each(back: (cells: readonly string[], row: number) => void): void;
}

/** What separates cells, and what messages call it. */
export const SEPARATORS: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};
/** Rows by which the separator is found. */
const SAMPLE = 100;

/**
 * Opens a text: its separator is what a first line `sep=;` says, or that which parts the first rows
 * into as many cells as the header has.
 *
 * @param name What messages call the text: its path.
 * @throws {OptionError} If there is no header, quotes are not paired, or a row, as it is read, has
 * another number of cells than the header.
 */
export function csvRows(text: string, name: string): CsvRows {
  const refuse = (rule: string, value: unknown): never => {
    throw new OptionError(`Cannot use ${name} as ${rule}: current value is ${value}`);
  };
  const lines = text.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
  const [first = "", told] = /^"?sep=(.)"?[,;\t ]*\n/i.exec(lines) ?? [];
  const body = lines.slice(first.length);
  const separator = told ?? separatorOf(body);
  const records = (back: (cells: string[], row: number) => void | "stop") => {
    let row = 0; // of the header
    parse(body, separator, (cells, error) => {
      if (error) refuse("it must be comma-separated values", `${error} in row ${row}`);
      return cells.every((cell) => cell === "") ? undefined : back(cells, row++);
    });
  };
  let header: string[] = [];
  records((cells) => {
    header = cells;
    return "stop";
  });
  if (header.length === 0) refuse("its first line must name the columns", '""');
  const names = header.findLastIndex((column) => column !== "") + 1;
  const fit = (cells: string[], row: number) => {
    while (cells.length > names && cells.at(-1) === "") cells.pop();
    if (cells.length >= names && cells.length <= header.length) {
      while (cells.length < header.length) cells.push("");
      return cells;
    }
    const hint = separator === "," && cells.length > names
      ? " (a cell with a comma in it, such as a decimal one, must be quoted)"
      : "";
    return refuse(
      `row ${row} must have ${header.length} cells, as the header has${hint}`,
      cells.length,
    );
  };
  const each: CsvRows["each"] = (back) =>
    records((cells, row) => {
      if (row > 0) back(fit(cells, row), row);
    });
  return { header, separator, each };
}

/** Parses record by record; `back` may stop it. */
function parse(
  text: string,
  delimiter: string,
  back: (cells: string[], error: string | undefined) => void | "stop",
  preview = 0,
): void {
  Papa.parse(text, {
    delimiter,
    newline: "\n",
    preview,
    step: ({ data, errors }, parser) => {
      const cells = data.map((cell) => cell.trim());
      if (back(cells, errors[0]?.message) === "stop") parser.abort();
    },
  });
}

/** The separator by which most rows are as wide as the header, and then most cells are numbers. */
function separatorOf(text: string): string {
  let [found, best] = [",", 0];
  for (const separator of Object.keys(SEPARATORS)) {
    let [width, rows, fitting, cells, numbers] = [0, 0, 0, 0, 0];
    parse(text, separator, (record) => {
      if (record.every((cell) => cell === "")) return;
      width ||= record.length;
      rows++;
      if (record.length === width) fitting++;
      cells += record.length;
      numbers += record.filter(isNumber).length;
    }, SAMPLE);
    const score = width < 2 ? 0 : fitting / rows + 1e-3 * numbers / cells;
    if (score > best) [found, best] = [separator, score];
  }
  return found;
}
