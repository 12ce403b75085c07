/**
 * Labels made ready for a mixture fit.
 *
 * @module
 */
import { sortFloat64 } from "../kernels/radix_sort/float64.ts";
import type { LabelTable } from "./labels.ts";

/** Distinct labels, standardized: `(label - shift) / scale` by dimension. */
export interface MixturePoints {
  /**
   * `[rows, dim]`, row-major, in increasing order: the order the labels came in makes no
   * difference.
   */
  values: Float64Array;
  /** How often each occurs: `[rows]`. */
  counts: Float64Array;
  rows: number;
  dim: number;
  /** The sum of the counts: how many labels there are. */
  total: number;
  /** `[dim]`, in units of the label. */
  shift: Float64Array;
  /** `[dim]`, above 0, in units of the label. */
  scale: Float64Array;
}

/**
 * Takes equal labels together and standardizes: a fit then neither loses digits to an offset nor
 * depends on the label's unit, and its tolerances are pure numbers.
 *
 * @param oneScale Whether all dimensions share a scale, so that spheres stay spheres.
 */
export function mixturePoints(table: LabelTable, oneScale: boolean): MixturePoints {
  const { dim } = table;
  const { values, counts } = distinct(table);
  const total = counts.reduce((a, b) => a + b);
  const rows = counts.length;
  // Measured from the first label: exact where all agree.
  const shift = values.slice(0, dim);
  const variance = new Float64Array(dim);
  const mean = new Float64Array(dim);
  for (let i = 0; i < values.length; i++) {
    mean[i % dim]! += counts[Math.floor(i / dim)]! * (values[i]! - shift[i % dim]!) / total;
  }
  for (let d = 0; d < dim; d++) shift[d]! += mean[d]!;
  for (let i = 0; i < values.length; i++) {
    values[i]! -= shift[i % dim]!;
    variance[i % dim]! += counts[Math.floor(i / dim)]! * values[i]! ** 2 / total;
  }
  if (oneScale) variance.fill(variance.reduce((a, b) => a + b, 0) / dim);
  // Where all labels agree the least variance, 1e-6 of this squared, is about (1e-6 label)^2.
  const scale = Float64Array.from(
    variance,
    (v, d) => v > 0 && rows > 1 ? Math.sqrt(v) : 2 ** -10 * (Math.abs(shift[d]!) || 1),
  );
  for (let i = 0; i < values.length; i++) values[i]! /= scale[i % dim]!;
  return { values, counts, rows, dim, total, shift, scale };
}

/** Sorts the rows and takes equal ones together. */
function distinct(table: LabelTable): Pick<MixturePoints, "values" | "counts"> {
  const { values, dim, times } = table;
  const [firsts, counts]: [number[], number[]] = [[], []];
  const isRepeated = (i: number, before: number) => {
    for (let d = 0; d < dim; d++) {
      if (values[i * dim + d] !== values[before * dim + d]) return false;
    }
    return true;
  };
  for (const i of sortedRows(table)) {
    const count = times?.[i] ?? 1;
    if (count === 0) continue;
    if (firsts.length > 0 && isRepeated(i, firsts[firsts.length - 1]!)) {
      counts[counts.length - 1]! += count;
    } else {
      firsts.push(i);
      counts.push(count);
    }
  }
  const sorted = new Float64Array(firsts.length * dim);
  firsts.forEach((i, row) => sorted.set(values.subarray(i * dim, (i + 1) * dim), row * dim));
  return { values: sorted, counts: Float64Array.from(counts) };
}

/**
 * The rows' order, by the first dimension, then the next: the sort is stable, so the last goes
 * first.
 */
function sortedRows({ values, rows, dim }: LabelTable): Uint32Array {
  let order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let d = dim - 1; d >= 0; d--) {
    const before = order;
    const column = new Float64Array(rows);
    for (let k = 0; k < rows; k++) column[k] = values[before[k]! * dim + d]!;
    order = sortFloat64(column).order.map((k) => before[k]!);
  }
  return order;
}
