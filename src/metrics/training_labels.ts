/** The training labels that shots are counted by: as they are, or as counts. */
import {
  type CheckedCounts,
  isLabelCounts,
  type LabelCounts,
  readLabelCounts,
} from "../bins/label_counts.ts";
import { readColumn, type Values } from "./values.ts";

/** Labels, and how often each occurs where they came as counts. */
export type TrainingLabels = Pick<CheckedCounts, "values"> & Partial<CheckedCounts>;

/** Reads labels `[M]`, `[M, 1]` or counts of them. */
export async function readTrainingLabels(
  what: string,
  labels: Values | LabelCounts,
): Promise<TrainingLabels> {
  const name = "trainLabels";
  if (isLabelCounts(labels)) return readLabelCounts(labels, name, `Cannot compute ${what}`);
  return { values: await readColumn(what, name, labels) };
}
