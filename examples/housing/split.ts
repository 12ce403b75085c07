/**
 * Balanced validation and test sets: as many rows from each label bin; the rest is for training.
 */
import { OptionError } from "../support/option_error.ts";
import type { Random } from "../synthetic/random.ts";
import type { Dataset } from "./datasets.ts";

/** Features, standardised, and labels, row by row. */
export interface Part {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/** What one seed trains, chooses and scores on. */
export interface Split {
  /** The rest: as imbalanced as the data. */
  readonly train: Part;
  /** `perBin` rows of each bin, to choose the epoch by. */
  readonly validation: Part;
  /** Another `perBin` rows of each bin. */
  readonly test: Part;
  /** Mean and standard deviation of the training labels. */
  readonly label: { readonly mean: number; readonly deviation: number };
  /** Features that do not vary in training: they are 0 everywhere. */
  readonly constant: readonly string[];
}

/**
 * Draws the sets. A bin that could not give `perBin` rows to each of the three is joined with the
 * next, the last with the one before.
 */
export function drawSplit({ name, table, binWidth, perBin }: Dataset, random: Random): Split {
  const rows: Record<"train" | "validation" | "test", number[]> = {
    train: [],
    validation: [],
    test: [],
  };
  const bins = labelBins(table.y, binWidth, 3 * perBin);
  if (bins.length < 2) {
    throw new OptionError(
      `Cannot split ${name} as its labels must fill two bins with ${3 * perBin} rows at least ` +
        `(see --bin-width and --per-bin): current value is ${bins.length} at bin width ${binWidth}`,
    );
  }
  for (const bin of bins) {
    shuffle(bin, random);
    rows.test.push(...bin.slice(0, perBin));
    rows.validation.push(...bin.slice(perBin, 2 * perBin));
    rows.train.push(...bin.slice(2 * perBin));
  }
  const scales = table.features.map((_, k) => momentsOf(rows.train.map((i) => table.x[i]![k]!)));
  const part = (of: readonly number[]): Part => ({
    x: of.map((i) => table.x[i]!.map((value, k) => standardised(value, scales[k]!))),
    y: of.map((i) => table.y[i]!),
  });
  return {
    train: part(rows.train),
    validation: part(rows.validation),
    test: part(rows.test),
    label: momentsOf(rows.train.map((i) => table.y[i]!)),
    constant: table.features.filter((_, k) => scales[k]!.deviation === 0),
  };
}

/** The rows of each bin, from the lowest; bins of fewer than `least` rows are joined. */
export function labelBins(y: readonly number[], binWidth: number, least: number): number[][] {
  const byBin = Map.groupBy(y.keys(), (i) => Math.floor(y[i]! / binWidth));
  const bins: number[][] = [];
  for (const [, rows] of [...byBin].sort(([a], [b]) => a - b)) {
    const last = bins.at(-1);
    if (last !== undefined && last.length < least) last.push(...rows);
    else bins.push([...rows]);
  }
  if (bins.length > 1 && bins.at(-1)!.length < least) bins.at(-2)!.push(...bins.pop()!);
  return bins;
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation; the latter exactly 0 where all values are equal. */
function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.every((value) => value === values[0])) return { mean, deviation: 0 };
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

function standardised(value: number, { mean, deviation }: Moments): number {
  return deviation === 0 ? 0 : (value - mean) / deviation;
}

function shuffle(rows: number[], random: Random): void {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform(0, i + 1));
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
}
