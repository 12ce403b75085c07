/** Predictions as CSV: `path,age,pred`, a row a test picture. */
import { stringify } from "@std/csv/stringify";
import { parse } from "@std/csv/parse";
import { writeText } from "../support/write_text.ts";

/** A test picture. */
export interface Predicted {
  /** As in the CSV of the data. */
  readonly path: string;
  readonly age: number;
  /** In years. */
  readonly pred: number;
}

const COLUMNS = ["path", "age", "pred"];
/** Digits that tell every float32 from its neighbors. */
const DIGITS = 9;

/** Writes a file, whole or not at all. */
export async function writePredictions(path: string, rows: readonly Predicted[]): Promise<void> {
  const cells = rows.map(({ path, age, pred }) => (
    { path, age, pred: Number(pred.toPrecision(DIGITS)) }
  ));
  await writeText(path, stringify(cells, { columns: COLUMNS }));
}

/** Reads a file back. */
export async function readPredictions(path: string): Promise<Predicted[]> {
  const [, ...rows] = parse(await Deno.readTextFile(path));
  return rows.map(([path, age, pred]) => ({ path: path!, age: Number(age), pred: Number(pred) }));
}
