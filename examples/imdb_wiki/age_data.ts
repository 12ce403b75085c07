/** The pictures of a folder and their ages, as its CSV splits them. */
import type { ImageItem } from "@balanced/mse/vision";
import { OptionError } from "../support/option_error.ts";
import { readTextFile } from "../support/tables/read_text_file.ts";
import { readAgeCsv, readSplitCsv, type Split, splitCsv, SPLITS } from "./age_csv.ts";
import { CAPS, splitByAge } from "./age_split.ts";
import { randomFrom } from "../synthetic/random.ts";

/** Pictures with their ages, for each purpose. */
export interface AgeData extends Readonly<Record<Split, readonly ImageItem[]>> {
  /** The CSV's name. */
  readonly name: string;
  /** Paths in the CSV that there is no picture at; these are left out. */
  readonly missing: number;
}

/** How a folder is read. */
export interface AgeDataOptions {
  /** The CSV's name; default the first of the authors' names that is there. */
  readonly csv?: string | undefined;
  /** Whether pictures that are not there are left out; else they are refused. */
  readonly skipMissing?: boolean;
}

/** Files that are looked for at once. */
const AT_ONCE = 256;
/** Missing paths that a message names. */
const NAMED = 3;

/**
 * Reads the CSV and looks for every picture.
 *
 * @throws {OptionError} If the CSV is not there or wrong, or pictures are missing: how many, and
 * which first.
 */
export async function readAgeData(
  folder: string,
  { csv, skipMissing = false }: AgeDataOptions = {},
): Promise<AgeData> {
  const name = csv ?? await findCsv(folder);
  const rows = readSplitCsv((await readTextFile(`${folder}/${name}`)).text, `${folder}/${name}`);
  const found: boolean[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const part = rows.slice(start, start + AT_ONCE);
    found.push(...await Promise.all(part.map(({ path }) => isFile(`${folder}/${path}`))));
  }
  const gone = rows.filter((_, i) => !found[i]);
  if (gone.length > 0 && !skipMissing) {
    const first = gone.slice(0, NAMED).map(({ path }) => path).join(", ");
    throw new OptionError(
      `Cannot use ${folder} as all pictures of ${name} must be in it: current number missing is ` +
        `${gone.length} of ${rows.length}, first ${first}`,
    );
  }
  const there = rows.filter((_, i) => found[i]);
  const [train, val, test] = SPLITS.map((split) => {
    const items = there.filter((row) => row.split === split)
      .map(({ age, path }): ImageItem => ({ path: `${folder}/${path}`, label: age }));
    if (items.length > 0) return items;
    throw new OptionError(
      `Cannot use ${folder} as each split of ${name} must have a picture in it: current value is ` +
        `none of ${split}`,
    );
  });
  return { name, missing: gone.length, train: train!, val: val!, test: test! };
}

/**
 * Writes the folder's CSV from one without splits, by the authors' rule; never over another CSV.
 *
 * @param from The path of a CSV with the columns `age,path`.
 * @param cap The most of an age in validation, and in the test; default the authors' by its name.
 * @returns How many pictures each split has.
 */
export async function makeSplit(
  folder: string,
  from: string,
  { csv = "imdb_wiki.csv", cap, seed }: {
    csv?: string | undefined;
    cap?: number | undefined;
    seed: number;
  },
): Promise<Readonly<Record<Split, number>>> {
  const most = cap ?? (csv === "agedb.csv" ? CAPS[csv] : CAPS["imdb_wiki.csv"]);
  const rows = splitByAge(
    readAgeCsv((await readTextFile(from)).text, from),
    most,
    randomFrom(seed),
  );
  const [path, text] = [`${folder}/${csv}`, splitCsv(rows)];
  if (await isFile(path) && await Deno.readTextFile(path) !== text) {
    throw new OptionError(
      `Cannot write ${path} as no other split may be there (--csv names a new file): current ` +
        `file has other rows`,
    );
  }
  try {
    await Deno.writeTextFile(`${path}.partial`, text); // whole, whenever it is killed
    await Deno.rename(`${path}.partial`, path);
  } catch (error) {
    throw new OptionError(`Cannot write ${folder}/${csv}: ${(error as Error).message}`);
  }
  const count = (split: Split) => rows.filter((row) => row.split === split).length;
  return { train: count("train"), val: count("val"), test: count("test") };
}

async function findCsv(folder: string): Promise<string> {
  const names = Object.keys(CAPS);
  for (const name of names) if (await isFile(`${folder}/${name}`)) return name;
  throw new OptionError(
    `Cannot use ${folder} as it must have ${
      names.join(" or ")
    } (--csv names another, --make-split ` +
      `makes it): current value is none`,
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw new OptionError(`Cannot look for ${path}: ${(error as Error).message}`);
  }
}
