/**
 * Columns of one dimension in order, with the sums over those on either side of each: what makes a
 * row of the cpu kernel a binary search.
 *
 * With `A_k` the sum over the columns up to the k-th as this one sees them, `A_k = w_k + A_{k-1}
 * exp(-(c_k - c_{k-1}) / b)`: one scan from the left and one from the right serve every prediction,
 * since beyond the k-th column all of these weigh less by one common factor.
 *
 * @module
 */
import { radixSort } from "../radix_sort/cpu.ts";
import { ColumnSum } from "./column_sum.ts";

/** One {@linkcode ColumnSum} for each column, `value` left out. */
class Sums {
  readonly center: Float64Array;
  readonly logWeight: Float64Array;
  readonly mass: Float64Array;
  readonly gap: Float64Array;

  constructor(size: number) {
    [this.center, this.logWeight, this.mass, this.gap] = [0, 1, 2, 3].map(() =>
      new Float64Array(size)
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  }

  set(k: number, sum: ColumnSum): void {
    this.center[k] = sum.center;
    this.logWeight[k] = sum.logWeight;
    this.mass[k] = sum.mass;
    this.gap[k] = sum.gap;
  }
}

/** The columns, ready for rows. */
export class SortedColumns {
  /** Centers that differ, ascending. */
  readonly #center: Float64Array;
  readonly #logWeight: Float64Array;
  /** Over the columns up to the k-th and from it on. */
  readonly #left: Sums;
  readonly #right: Sums;
  readonly #b: number;
  /** What is added. */
  readonly #part = new ColumnSum();

  /** Columns that are finite; `logWeight` undefined weighs each 1. */
  constructor(center: Float32Array, logWeight: Float32Array | undefined, b: number) {
    const columns = distinct(center, logWeight);
    [this.#center, this.#logWeight, this.#b] = [columns.center, columns.logWeight, b];
    const size = this.#center.length;
    [this.#left, this.#right] = [new Sums(size), new Sums(size)];
    const sum = new ColumnSum();
    for (let k = 0; k < size; k++) {
      this.#addColumn(sum, this.#center[k]!, k, 0);
      this.#left.set(k, sum);
    }
    sum.clear();
    for (let k = size - 1; k >= 0; k--) {
      this.#addColumn(sum, this.#center[k]!, k, 0);
      this.#right.set(k, sum);
    }
  }

  /**
   * The sums over all columns as p sees them; their value is `sign(p - target) - sign(p -
   * center_j)`, with the first of these as `side`.
   */
  seenFrom(p: number, side: number, sum: ColumnSum): void {
    const center = this.#center;
    let [k, end] = [0, center.length];
    while (k < end) {
      const middle = (k + end) >> 1;
      if (center[middle]! < p) k = middle + 1;
      else end = middle;
    }
    sum.clear();
    if (k > 0) this.#addSide(sum, p, this.#left, k - 1, side - 1);
    if (center[k] === p) this.#addColumn(sum, p, k++, side);
    if (k < center.length) this.#addSide(sum, p, this.#right, k, side + 1);
  }

  #addColumn(sum: ColumnSum, x: number, k: number, value: number): void {
    const part = this.#part;
    part.center = this.#center[k]!;
    part.logWeight = this.#logWeight[k]!;
    part.mass = 1;
    part.gap = 0;
    part.value = value;
    sum.add(x, this.#b, part);
  }

  #addSide(sum: ColumnSum, x: number, side: Sums, k: number, value: number): void {
    const part = this.#part;
    part.center = side.center[k]!;
    part.logWeight = side.logWeight[k]!;
    part.mass = side.mass[k]!;
    part.gap = side.gap[k]!;
    part.value = value * part.mass;
    sum.add(x, this.#b, part);
  }
}

/** Columns of different centers, ascending, with the weights of equal ones added up. */
function distinct(
  values: Float32Array,
  weights: Float32Array | undefined,
): { center: Float64Array; logWeight: Float64Array } {
  const order = radixSort(values);
  const [center, logWeight] = [new Float64Array(order.length), new Float64Array(order.length)];
  let size = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start]!]!;
    // By `===`, to which -0 is 0; they are neighbors.
    while (end < order.length && values[order[end]!] === value) end++;
    center[size] = value;
    logWeight[size++] = weights === undefined
      ? Math.log(end - start)
      : logSum(weights, order.subarray(start, end));
  }
  return { center: center.subarray(0, size), logWeight: logWeight.subarray(0, size) };
}

/** `log sum_j exp(logWeight_j)` over the places. */
function logSum(logWeight: Float32Array, places: Uint32Array): number {
  let peak = -Infinity;
  for (const j of places) {
    // By `!(<=)`, so that a NaN becomes the peak and spoils the sum.
    if (!(logWeight[j]! <= peak)) peak = logWeight[j]!;
    if (peak !== peak) return NaN;
  }
  if (places.length === 1 || peak === -Infinity) return peak;
  let sum = 0;
  for (const j of places) sum += Math.exp(logWeight[j]! - peak);
  return peak + Math.log(sum);
}
