/**
 * Bins of one width on a grid without end.
 *
 * @module
 */
import { halvesOf } from "./decimals.ts";
import { isOnEdge } from "./is_on_edge.ts";
import type { LabelAxis } from "./label_axis.ts";
import type { BinAlign } from "./label_bins.ts";

/**
 * Bin k is centered at `k width`, or begins there.
 *
 * @throws {RangeError} If the width is too small for float64 to tell bins apart.
 */
export function gridAxis(
  low: number,
  high: number,
  { width, align }: { readonly width: number; readonly align: BinAlign },
  claim: string,
): LabelAxis {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (!(largest / width < 2 ** 50)) {
    throw new RangeError(
      `${claim} as binWidth must be resolved by a float64 at the largest label, ${largest}: ` +
        `current value is ${width}`,
    );
  }
  const half = halvesOf(width);
  const [shift, begin, middle] = align === "center" ? [0.5, -1, 0] : [0, 0, 1];
  const edge = (bin: number) => half(2 * bin + begin);
  const binOf = (label: number) => {
    let bin = Math.floor(label / width + shift);
    // The quotient is rounded: the edges decide. It is too low for a label on the next edge alone.
    while (edge(bin) > label) bin--;
    return isOnEdge(label, edge(bin), edge(bin + 1), edge(bin + 2)) ? bin + 1 : bin;
  };
  return {
    first: binOf(low),
    last: binOf(high),
    binOf,
    edge,
    center: (bin) => half(2 * bin + middle),
  };
}
