/** Ranks of numbers; equal ones share their average. */
import { sortFloat64 } from "../kernels/radix_sort/float64.ts";

/** The rank of each value, from 1; of equal values, the mean of their ranks. */
export function averageRanks(column: Float64Array): Float64Array {
  return ranksInGroups(column, new Uint8Array(column.length), 1).overall;
}

/** Ranks among all values, and among those of one's group. */
export interface GroupRanks {
  readonly overall: Float64Array;
  readonly inGroup: Float64Array;
}

/** Ranks each value twice in one walk; `groupOf` has its group, of so many. */
export function ranksInGroups(
  column: Float64Array,
  groupOf: Uint8Array,
  groups: number,
): GroupRanks {
  const { order, values } = sortFloat64(column);
  const size = column.length;
  const [overall, inGroup] = [new Float64Array(size), new Float64Array(size)];
  // Of each group the values so far, and those of the present run of equal ones.
  const [before, ties] = [new Uint32Array(groups), new Uint32Array(groups)];
  for (let start = 0, end = 0; start < size; start = end) {
    for (end = start + 1; end < size && values[end] === values[start];) end++;
    if (end === start + 1) {
      const row = order[start]!;
      overall[row] = end;
      inGroup[row] = ++before[groupOf[row]!]!;
      continue;
    }
    for (let k = start; k < end; k++) ties[groupOf[order[k]!]!]!++;
    for (let k = start; k < end; k++) {
      const [row, group] = [order[k]!, groupOf[order[k]!]!];
      // The ranks start + 1 to end, and before + 1 to before + ties.
      overall[row] = (start + 1 + end) / 2;
      inGroup[row] = before[group]! + (1 + ties[group]!) / 2;
    }
    for (let group = 0; group < groups; group++) {
      before[group]! += ties[group]!;
      ties[group] = 0;
    }
  }
  return { overall, inGroup };
}
