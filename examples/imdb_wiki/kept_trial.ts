/** Trials that are kept in the run's folder: what is there is not done again. */
import { readJson, writeJson } from "../support/json_file.ts";
import { readPredictions, writePredictions } from "./predictions.ts";
import type { Trial } from "./trial.ts";

/** The test pictures, as the CSV of predictions has them. */
export interface TestPictures {
  readonly paths: readonly string[];
  readonly ages: Float32Array;
}

/** Does what is not yet kept, and keeps it: predictions as CSV, and what else is told of it. */
export async function keptTrial(
  out: string,
  id: string,
  { paths, ages }: TestPictures,
  make: () => Promise<Trial>,
): Promise<Trial> {
  const [table, note] = [`${out}/predictions/${id}.csv`, `${out}/stage2/${id}.json`];
  const before = await readJson(note) as Omit<Trial, "predictions"> | undefined;
  if (before !== undefined) {
    const rows = await readPredictions(table);
    return { ...before, predictions: Float32Array.from(rows, ({ pred }) => pred) };
  }
  const { predictions, ...rest } = await make();
  const rows = paths.map((path, i) => ({ path, age: ages[i]!, pred: predictions[i]! }));
  await writePredictions(table, rows);
  await writeJson(note, rest); // last: that it is there says that it is done
  return { ...rest, predictions };
}
