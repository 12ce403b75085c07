/** Validation and test sets that are balanced over ages, by the authors' rule. */
import type { Random } from "../synthetic/random.ts";
import type { AgeRow, Split, SplitRow } from "./age_csv.ts";

/** Pictures of older ones are for training alone: most of these ages are wrong. */
const OLDEST = 120;

/** The most of an age that validation and test get each: IMDB-WIKI-DIR's and AgeDB-DIR's. */
export const CAPS = { "imdb_wiki.csv": 150, "agedb.csv": 30 } as const;

/**
 * Splits pictures: of each age up to 120, of which there are n, min(floor(n / 3), cap) are for
 * validation, as many for the test, and the rest for training; drawn at random. The rows keep
 * their order.
 *
 * The authors draw by Python's generator, so their published CSV has other pictures in its sets.
 */
export function splitByAge<Row extends AgeRow>(
  rows: readonly Row[],
  cap: number,
  random: Random,
): (Row & SplitRow)[] {
  const splits = new Array<Split>(rows.length).fill("train");
  const byAge = Map.groupBy(rows.keys(), (i) => rows[i]!.age);
  for (const [, places] of [...byAge].sort(([a], [b]) => a - b)) {
    if (rows[places[0]!]!.age > OLDEST) continue;
    const most = Math.min(Math.floor(places.length / 3), cap);
    for (let k = 0; k < 2 * most; k++) {
      const other = Math.floor(random.uniform(k, places.length));
      [places[k], places[other]] = [places[other]!, places[k]!];
      splits[places[k]!] = k < most ? "val" : "test";
    }
  }
  return rows.map((row, i) => ({ ...row, split: splits[i]! }));
}
