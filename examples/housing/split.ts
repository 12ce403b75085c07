/**
 * Balanced validation and test sets: as many rows from each label bin; the rest is for training.
 */
import type { Random } from "../synthetic/random.ts";
import type { Dataset } from "./datasets.ts";

/** Features, standardised, and labels, row by row. */
export interface Part {
  /** `[rows, features]`. */
  readonly x: Float32Array;
  readonly y: Float64Array;
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
  readonly label: Moments;
  /** Features that do not vary in training: they are 0 everywhere. */
  readonly constant: readonly string[];
}

/** Of numbers. */
export interface Moments {
  readonly mean: number;
  /** Exactly 0 where all are equal. */
  readonly deviation: number;
}

/**
 * Draws the sets.
 *
 * @param bins The rows of each bin.
 * @param mostRows The most rows to train on: drawn at random where there are more.
 */
export function drawSplit(
  { table: { features, x, y }, perBin }: Pick<Dataset, "table" | "perBin">,
  bins: readonly Uint32Array[],
  random: Random,
  mostRows = Infinity,
): Split {
  const parts = bins.map((rows) => shuffled(rows, random));
  const [test, validation] = [0, perBin].map((from) =>
    joined(parts.map((rows) => rows.subarray(from, from + perBin)))
  ) as [Uint32Array, Uint32Array];
  const rest = joined(parts.map((rows) => rows.subarray(2 * perBin)));
  const train = rest.length > mostRows ? shuffled(rest, random).subarray(0, mostRows) : rest;
  const size = features.length;
  const scales = features.map((_, k) => momentsOf(train, (i) => x[i * size + k]!));
  const part = (rows: Uint32Array): Part => {
    const inputs = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      for (let k = 0; k < size; k++) {
        inputs[i * size + k] = standardised(x[row * size + k]!, scales[k]!);
      }
    });
    return { x: inputs, y: Float64Array.from(rows, (row) => y[row]!) };
  };
  return {
    train: part(train),
    validation: part(validation),
    test: part(test),
    label: momentsOf(train, (i) => y[i]!),
    constant: features.filter((_, k) => scales[k]!.deviation === 0),
  };
}

/** Mean and standard deviation of a value of the rows. */
function momentsOf(rows: Uint32Array, valueOf: (row: number) => number): Moments {
  const mean = rows.reduce((sum, row) => sum + valueOf(row), 0) / rows.length;
  const first = valueOf(rows[0]!);
  if (rows.every((row) => valueOf(row) === first)) return { mean, deviation: 0 };
  const square = rows.reduce((sum, row) => sum + (valueOf(row) - mean) ** 2, 0) / rows.length;
  return { mean, deviation: Math.sqrt(square) };
}

function standardised(value: number, { mean, deviation }: Moments): number {
  return deviation === 0 ? 0 : (value - mean) / deviation;
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
}

function shuffled(rows: Uint32Array, random: Random): Uint32Array {
  const drawn = rows.slice();
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform(0, i + 1));
    [drawn[i], drawn[j]] = [drawn[j]!, drawn[i]!];
  }
  return drawn;
}
