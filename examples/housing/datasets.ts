/** The data sets of the tutorial, out of data/, and CSV files of the user's own. */
import { readTable, type Table, type TableOptions } from "../support/tables/read_table.ts";
import { readTextFile } from "../support/tables/read_text_file.ts";

/** A table and how it is to be learned from. */
export interface Dataset {
  readonly name: string;
  readonly table: Table;
  /** What the target is, and its unit, for table and figure. */
  readonly target: string;
  readonly unit?: string;
  /** Width of a label bin, in units of the target; absent where it follows from the labels. */
  readonly binWidth?: number;
  /** Rows that each bin gives to the validation set, and as many to the test set. */
  readonly perBin: number;
  /**
   * The sigma that Balanced MSE is held at, in units of the target; learned only where there is
   * none.
   */
  readonly sigma?: number;
}

/** Where a data set comes from. */
export type Source =
  | { readonly data: keyof typeof BUILT_IN }
  | ({ readonly csv: string } & Omit<TableOptions, "name">);

/** What a user may change of a data set. */
export type Changes = Partial<Pick<Dataset, "binWidth" | "perBin" | "sigma">>;

const BUILT_IN = {
  housing: {
    name: "Boston Housing",
    column: "medv",
    ignore: [],
    target: "price",
    unit: "1000 $",
    binWidth: 5,
    perBin: 2,
    // As in the tutorial of the authors.
    sigma: 8,
    text: async () =>
      (await import("./data/boston_housing.csv", {
        with: { type: "text" },
      })).default,
  },
  weather: {
    name: "weather.csv of vega-datasets",
    column: "precipitation",
    // A date and a place are no numbers; "rain" or "sun" would give the answer away.
    ignore: ["location", "date", "weather"],
    target: "precipitation",
    unit: "mm a day",
    binWidth: 5,
    perBin: 4,
    text: async () => (await import("./data/weather.csv", { with: { type: "text" } })).default,
  },
} as const;

/** The names of the data sets that come along. */
export const DATA = Object.keys(BUILT_IN) as (keyof typeof BUILT_IN)[];

/** Reads a data set. CSV files of the user's own need read permission. */
export async function loadDataset(source: Source, changes: Changes = {}): Promise<Dataset> {
  return {
    ...("data" in source ? await builtIn(source.data) : await ownCsv(source)),
    ...changes,
  };
}

async function builtIn(data: keyof typeof BUILT_IN): Promise<Dataset> {
  const { text, column, ignore, ...set } = BUILT_IN[data];
  return { ...set, table: readTable(await text(), { name: set.name, target: column, ignore }) };
}

async function ownCsv(source: Exclude<Source, { data: string }>): Promise<Dataset> {
  const { csv: name, ...options } = source;
  const { text, encoding } = await readTextFile(name);
  const table = readTable(text, { name, ...options });
  const notes = encoding === "UTF-8" ? table.notes : [`Read as ${encoding}.`, ...table.notes];
  return {
    name,
    table: { ...table, notes },
    target: options.target,
    perBin: rowsOfBin(table.y.length),
  };
}

/** Rows that a bin gives to a set: more of more rows, 2 up to 143, 9 of 1,460, 50 at most. */
export function rowsOfBin(rows: number): number {
  return Math.min(50, Math.max(2, Math.floor(Math.sqrt(rows) / 4)));
}
