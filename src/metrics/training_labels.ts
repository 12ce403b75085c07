/** The training labels that shots are counted by: as they are, or as counts. */
import { isLabelCounts, type LabelCounts, readLabelCounts } from "../bins/label_counts.ts";
import { readColumn, type Values } from "./values.ts";

/** Labels that occur, and how often each does where they came as counts. */
export interface TrainingLabels {
  readonly values: Float64Array;
  readonly counts?: Float64Array | undefined;
}

/** Reads labels `[M]`, `[M, 1]` or counts of them. */
export async function readTrainingLabels(
  what: string,
  labels: Values | LabelCounts,
): Promise<TrainingLabels> {
  const name = "trainLabels";
  if (isLabelCounts(labels)) {
    const { values, counts } = readLabelCounts(labels, name, `Cannot compute ${what}`);
    // A value without a label makes no bin.
    return {
      values: values.filter((_, v) => counts[v]! > 0),
      counts: counts.filter((count) => count > 0),
    };
  }
  return { values: await readColumn(what, name, labels) };
}
