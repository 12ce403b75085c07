/**
 * Errors of a way over several seeds: all labels, and those of many, some and few training rows.
 */
import {
  type ImbalanceReport,
  imbalanceReport,
  type LabelBins,
  labelHistogram,
} from "@balanced/mse";
import type { Cut } from "./bins.ts";
import type { Split } from "./split.ts";

/** The groups of labels, by how often their bin was seen in training. */
export const GROUPS = ["all", "many", "medium", "few"] as const;
/** The errors: mean squared, mean absolute, and the geometric mean of the absolute ones. */
export const ERRORS = ["mse", "mae", "gmean"] as const;

type Group = typeof GROUPS[number];
type ErrorName = typeof ERRORS[number];

/** A mean over seeds, and the standard deviation between them; NaN where no seed had such a row. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Every error in every group. */
export type Scores = Readonly<Record<Group, Readonly<Record<ErrorName, Spread>>>>;

/** What one seed drew, and what a way predicted of it. */
export interface Run {
  readonly split: Split;
  readonly predictions: readonly number[];
}

/** Bins and thresholds of a report. */
export interface Shots {
  readonly bins: LabelBins;
  /** What training labels are counted per, where bins differ in width; else per bin. */
  readonly per?: number | undefined;
  readonly many: number;
  readonly few: number;
}

/**
 * Where bins count as many- and few-shot: above the mean count of a bin, and below a fifth of it.
 * For bins of 1000 $ these would be the 10 and 2 of the authors' tutorial. Bins that differ in
 * width are compared by the labels per their mean width.
 */
export async function shotsOf(
  trainLabels: Float64Array,
  { shots: bins, per }: Pick<Cut, "shots" | "per">,
): Promise<Shots> {
  const { counts } = await labelHistogram(trainLabels, bins);
  const mean = trainLabels.length / counts.filter((count) => count > 0).length;
  return { bins, per, many: Math.round(mean), few: Math.max(1, Math.round(mean / 5)) };
}

/** How many test rows each shot has. */
export async function testRowsOf({ train, test }: Split, shots: Shots) {
  const { many, medium, few } = await reportOf(train.y, test.y, test.y, shots);
  return { many: many.testCount, medium: medium.testCount, few: few.testCount };
}

async function reportOf(
  trainLabels: Float64Array,
  testLabels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  { bins, per, many, few }: Shots,
): Promise<ImbalanceReport> {
  const seen = per === undefined ? trainLabels : await labelsPer(per, trainLabels, bins);
  return await imbalanceReport(
    ...[seen, Float64Array.from(testLabels), Float64Array.from(predictions)] as const,
    { ...bins, many, few },
  );
}

/** Labels as counts per a width, in the middles of bins. */
async function labelsPer(width: number, labels: Float64Array, bins: LabelBins) {
  const { counts, edges } = await labelHistogram(labels, bins);
  const [lows, highs] = [edges.slice(0, -1), edges.slice(1)];
  return {
    values: lows.map((low, b) => (low + highs[b]!) / 2),
    counts: counts.map((count, b) =>
      count === 0 ? 0 : Math.max(1, Math.round(count * width / (highs[b]! - lows[b]!)))
    ),
  };
}

/** Scores each seed's predictions on its own test set, and takes mean and deviation. */
export async function scoresOf(runs: readonly Run[], shots: Shots): Promise<Scores> {
  const reports = await Promise.all(
    runs.map(({ split, predictions }) => reportOf(split.train.y, split.test.y, predictions, shots)),
  );
  const errorsOf = (report: ImbalanceReport, group: Group) => {
    const { mse, mae, geometricMean } = report[group === "all" ? "overall" : group];
    return { mse, mae, gmean: geometricMean };
  };
  const spread = (group: Group, error: ErrorName) =>
    spreadOf(reports.map((report) => errorsOf(report, group)[error]));
  return Object.fromEntries(
    GROUPS.map((group) => [
      group,
      Object.fromEntries(ERRORS.map((error) => [error, spread(group, error)])),
    ]),
  ) as unknown as Scores;
}

/** All seeds' test rows as one report, over the training labels of the first. */
export function pooledReport(runs: readonly Run[], shots: Shots): Promise<ImbalanceReport> {
  return reportOf(
    runs[0]!.split.train.y,
    runs.flatMap(({ split }) => Array.from(split.test.y)),
    runs.flatMap(({ predictions }) => predictions),
    shots,
  );
}

/** Mean and sample standard deviation of the numbers; seeds without a row do not count. */
export function spreadOf(values: readonly number[]): Spread {
  const there = values.filter((value) => !Number.isNaN(value));
  const mean = there.reduce((a, b) => a + b, 0) / there.length;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: there.length > 1 ? Math.sqrt(squares / (there.length - 1)) : 0 };
}
