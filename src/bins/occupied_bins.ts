/**
 * Labels sorted into the bins that hold one: as many as there are labels, however far apart they
 * lie.
 *
 * @module
 */
import { cutAxis } from "./cut_axis.ts";
import type { LabelAxis } from "./label_axis.ts";
import type { BinRule } from "./label_bins.ts";

/** Bins with a label of any of the sets. */
export interface OccupiedBins {
  /** The axis, for the bins' edges. */
  readonly axis: LabelAxis;
  /** The bins' numbers on the axis, increasing: `[B]`. */
  readonly bins: Float64Array;
  /** For each set the place in `bins` of each label's bin: `[N]`. */
  readonly places: readonly Uint32Array[];
}

/** So many bins in a row are looked up in a table; a fraction of a second's work. */
const MAX_TABLE = 2 ** 22;

/**
 * Cuts the axis for all the labels of some sets and sorts them into bins.
 *
 * @throws {RangeError} If the labels do not go with the rule.
 */
export function occupiedBins(
  sets: readonly Float64Array[],
  rule: BinRule,
  claim: string,
): OccupiedBins {
  const axis = cutAxis(sets, rule, claim);
  const numbers = sets.map((labels) => {
    const result = new Float64Array(labels.length);
    for (let i = 0; i < labels.length; i++) result[i] = axis.binOf(labels[i]!);
    return result;
  });
  const bins = distinct(numbers, axis);
  const placeOf = placesOf(bins, axis);
  const places = numbers.map((set) => {
    const result = new Uint32Array(set.length);
    for (let i = 0; i < set.length; i++) result[i] = placeOf(set[i]!);
    return result;
  });
  return { axis, bins, places };
}

/** The numbers that occur, increasing. */
function distinct(sets: readonly Float64Array[], { first, last }: LabelAxis): Float64Array {
  if (last - first < MAX_TABLE) {
    const seen = new Uint8Array(last - first + 1);
    for (const numbers of sets) {
      for (let i = 0; i < numbers.length; i++) seen[numbers[i]! - first] = 1;
    }
    const bins = new Float64Array(seen.reduce((sum, one) => sum + one, 0));
    let place = 0;
    for (let k = 0; k < seen.length; k++) if (seen[k]) bins[place++] = first + k;
    return bins;
  }
  const all = new Float64Array(sets.reduce((sum, numbers) => sum + numbers.length, 0));
  let from = 0;
  for (const numbers of sets) {
    all.set(numbers, from);
    from += numbers.length;
  }
  return all.sort().filter((bin, k) => k === 0 || bin !== all[k - 1]);
}

function placesOf(bins: Float64Array, { first, last }: LabelAxis): (bin: number) => number {
  if (last - first < MAX_TABLE) {
    const table = new Uint32Array(last - first + 1);
    for (let place = 0; place < bins.length; place++) table[bins[place]! - first] = place;
    return (bin) => table[bin - first]!;
  }
  return (bin) => {
    let [low, high] = [0, bins.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bins[middle]! < bin) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
