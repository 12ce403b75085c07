/**
 * DenseWeight: weights of labels by their density.
 *
 * @module
 */
import { sortFloat64 } from "../kernels/radix_sort/float64.ts";
import { gaussSums } from "./gauss_sum.ts";

/** No label weighs less, before the division by the mean. */
const LEAST = 1e-6;

/**
 * `max(1 - alpha p, 1e-6)`, divided by its mean over the labels, where p is the kernel density at a
 * label, scaled to 0 at the rarest label and 1 at the most common one; all 1 where no label is
 * rarer than another.
 *
 * @param labels `[N]`. @param times How often each occurs, above 0; once by default.
 */
export function denseWeights(labels: Float64Array, times: Float64Array, alpha: number): number[] {
  const { order, values } = sortFloat64(labels);
  const [distinct, counts]: [number[], number[]] = [[], []];
  const place = new Uint32Array(labels.length);
  values.forEach((value, k) => {
    if (value !== distinct.at(-1)) [distinct.push(value), counts.push(0)];
    counts[counts.length - 1]! += times[order[k]!]!;
    place[order[k]!] = distinct.length - 1;
  });
  const density = densities(Float64Array.from(distinct), Float64Array.from(counts));
  const least = density.reduce((a, b) => Math.min(a, b));
  const range = density.reduce((a, b) => Math.max(a, b)) - least;
  const weights = density.map((p) =>
    range > 0 ? Math.max(1 - alpha * (p - least) / range, LEAST) : 1
  );
  const total = counts.reduce((a, b) => a + b);
  const mean = weights.reduce((sum, weight, v) => sum + counts[v]! * weight, 0) / total;
  return Array.from(place, (v) => weights[v]! / mean);
}

/**
 * Gaussian kernel densities at distinct labels, times a constant; the kernel's width is
 * Silverman's, `1.06 sd n^(-1/5)`.
 */
function densities(labels: Float64Array, counts: Float64Array): Float64Array {
  if (labels.length === 1) return counts;
  const total = counts.reduce((a, b) => a + b);
  // From the first label: labels far from 0 keep their digits.
  const [first] = labels;
  const mean = labels.reduce((sum, x, v) => sum + counts[v]! * (x - first!), 0) / total;
  const variance = labels.reduce((sum, x, v) => sum + counts[v]! * (x - first! - mean) ** 2, 0) /
    total;
  return gaussSums(labels, counts, 1.06 * Math.sqrt(variance) * total ** -0.2);
}
