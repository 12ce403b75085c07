/** The data sets of the tutorial, out of data/, and CSV files of the user's own. */
import { OptionError } from "../support/option_error.ts";
import { readTable, type Table } from "./csv.ts";

/** A table and how it is to be learned from. */
export interface Dataset {
  readonly name: string;
  readonly table: Table;
  /** What the target is, and its unit, for table and figure. */
  readonly target: string;
  readonly unit?: string;
  /** Width of a label bin, in units of the target. */
  readonly binWidth: number;
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
  | {
    readonly csv: string;
    readonly target: string;
    readonly ignore: readonly string[];
    readonly skipEmpty: boolean;
  };

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
  const { csv: name, target, ignore, skipEmpty } = source;
  const table = readTable(await readText(name), { name, target, ignore, skipEmpty });
  return { name, table, target, binWidth: roundWidth(table.y), perBin: 2 };
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new OptionError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}

/** A tenth of the range, rounded to 1, 2 or 5 times a power of ten. */
export function roundWidth(labels: readonly number[]): number {
  const range = labels.reduce((a, b) => Math.max(a, b)) - labels.reduce((a, b) => Math.min(a, b));
  if (range === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(range / 10));
  const digit = range / 10 / power;
  return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power;
}
