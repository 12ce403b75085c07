/** Ranks of numbers; equal ones share their average. */
import { orderOf } from "../kernels/radix_sort/float64.ts";

/** The rank of each value, from 1; of equal values, the mean of their ranks. `order` sorts them. */
export function averageRanks(
  column: Float64Array,
  order: Uint32Array = orderOf(column),
): Float64Array {
  const ranks = new Float64Array(column.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && column[order[end]!] === column[order[start]!]) end++;
    // The ranks start + 1 to end.
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + 1 + end) / 2;
  }
  return ranks;
}
