/**
 * How labels vary.
 *
 * @module
 */
import type { LabelTable } from "../priors/labels.ts";

/**
 * The variance of each dimension: about the means, so that far labels keep it, and exactly 0 where
 * all are the same.
 */
export function labelVariances({ values, rows, dim, times }: LabelTable): number[] {
  const count = (row: number) => times?.[row] ?? 1; // counts are of one dimension
  let total = 0;
  for (let i = 0; i < rows; i++) total += count(i);
  const first = times ? times.findIndex((count) => count > 0) : 0;
  return Array.from({ length: dim }, (_, d) => {
    let mean = 0;
    let differ = false;
    for (let i = 0; i < rows; i++) {
      const value = values[i * dim + d]!;
      mean += count(i) * value / total;
      differ ||= count(i) > 0 && value !== values[first * dim + d];
    }
    if (!differ) return 0;
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += count(i) * (values[i * dim + d]! - mean) ** 2;
    return squares / total;
  });
}
