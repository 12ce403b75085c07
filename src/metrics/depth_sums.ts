/**
 * Depth errors as sums, by bin.
 *
 * @module
 */
import type { DepthErrors } from "./depth_errors.ts";

/** Of some elements. */
export type DepthSums = Record<
  "count" | "squared" | "absolute" | "log10" | "relative" | "within1" | "within2" | "within3",
  number
>;

const none = (): DepthSums => ({
  ...{ count: 0, squared: 0, absolute: 0, log10: 0, relative: 0 },
  ...{ within1: 0, within2: 0, within3: 0 },
});

/**
 * The sums of each of `size` bins; `places` has each element's, by default there is but one.
 * Logarithms and ratios are those of `floor` where the prediction is below.
 */
export function depthSums(
  pred: Float64Array,
  target: Float64Array,
  floor: number,
  size = 1,
  places?: Uint32Array,
): DepthSums[] {
  const bins = Array.from({ length: size }, none);
  for (let i = 0; i < pred.length; i++) {
    const [x, y] = [pred[i]!, target[i]!];
    const held = Math.max(x, floor);
    const sums = bins[places?.[i] ?? 0]!;
    sums.count++;
    sums.squared += (x - y) ** 2;
    sums.absolute += Math.abs(x - y);
    sums.relative += Math.abs(x - y) / y;
    sums.log10 += Math.abs(Math.log10(held) - Math.log10(y));
    const ratio = Math.max(held / y, y / held);
    if (ratio <= 1.25) sums.within1++;
    if (ratio <= 1.25 ** 2) sums.within2++;
    if (ratio <= 1.25 ** 3) sums.within3++;
  }
  return bins;
}

/** The sums of all elements of some bins. */
export function pooled(bins: readonly DepthSums[]): DepthSums {
  const total = none();
  const names = Object.keys(total) as (keyof DepthSums)[];
  for (const sums of bins) for (const name of names) total[name] += sums[name];
  return total;
}

/** As if each bin were one element: the means of each, summed. Empty ones do not count. */
export function pooledByBin(bins: readonly DepthSums[]): DepthSums {
  const means = (sums: DepthSums) =>
    Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / sums.count]),
    ) as DepthSums;
  return pooled(bins.filter(({ count }) => count > 0).map(means));
}

/** The errors that sums stand for; NaN where there is no element. */
export function errorsOf(sums: DepthSums): DepthErrors {
  const { count } = sums;
  return {
    rmse: Math.sqrt(sums.squared / count),
    mae: sums.absolute / count,
    log10: sums.log10 / count,
    absRel: sums.relative / count,
    delta1: sums.within1 / count,
    delta2: sums.within2 / count,
    delta3: sums.within3 / count,
  };
}
