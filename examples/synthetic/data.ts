/** Data of the synthetic benchmark: a linear relation seen through noisy, imbalanced labels. */
import type { LabelDistribution, LabelSource } from "./distributions.ts";
import { rarity } from "./distributions.ts";
import type { Random } from "./random.ts";

/** Rows of each of the three sets. */
export const ROWS = 1024;
/** Standard deviation of the label noise. */
export const NOISE_SIGMA = 1;
/** Scale of the 2-D map's entries. */
const MAP_SCALE = 0.01;

/** Inputs and labels, row by row, `dim` numbers a row. */
export interface Split {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** What one run of the benchmark trains and scores on. */
export interface Dataset<L extends LabelSource = LabelDistribution> {
  readonly labels: L;
  /** From a noiseless label to its input, one row an input: the model is to find its inverse. */
  readonly map: readonly (readonly number[])[];
  /** Imbalanced, noisy. */
  readonly train: Split;
  /** Uniform labels, no noise: the true relation scores 0. */
  readonly validation: Split;
  readonly test: Split;
}

/**
 * Draws the three sets. A training label is what one observes: the input belongs to the label less
 * its noise. Validation and test labels are uniform, and inputs there belong to them exactly.
 */
export function drawDataset<L extends LabelSource>(labels: L, random: Random): Dataset<L> {
  const { dim, range: [low, high] } = labels;
  const map = dim === 1 ? [[1]] : [0, 1].map(() => [0, 1].map(() => MAP_SCALE * random.normal()));
  const draw = (label: () => number[], sigma: number): Split => {
    const split = { x: new Float32Array(ROWS * dim), y: new Float32Array(ROWS * dim) };
    for (let i = 0; i < ROWS; i++) {
      const observed = label();
      const clean = observed.map((value) => value - (sigma === 0 ? 0 : sigma * random.normal()));
      split.y.set(observed, i * dim);
      split.x.set(map.map((row) => dot(row, clean)), i * dim);
    }
    return split;
  };
  const uniform = () => Array.from({ length: dim }, () => random.uniform(low, high));
  return {
    labels,
    map,
    train: draw(() => labels.draw(random), NOISE_SIGMA),
    validation: draw(uniform, 0),
    test: draw(uniform, 0),
  };
}

/**
 * Which rows are many-shot: those whose labels are denser in training than the median of these
 * rows. For uniform labels that is half the label range.
 */
export function manyShotRows(labels: LabelDistribution, y: Float32Array): boolean[] {
  const rows = y.length / labels.dim;
  const rarities = Array.from(
    { length: rows },
    (_, i) => rarity(labels, y.subarray(i * labels.dim, (i + 1) * labels.dim)),
  );
  const median = rarities.toSorted((a, b) => a - b)[rows >> 1]!;
  return rarities.map((value) => value < median);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
