/**
 * The bins that rows are sorted into by their labels.
 *
 * @module
 */
import { type Pair, readColumn, type Values } from "./values.ts";

/** How rows are sorted into bins. */
export interface LabelBinOptions {
  /**
   * Width of a bin, above 0, in units of the label; bin k holds the labels from `k binWidth` up to, not
   * including, `(k + 1) binWidth`. Default 1: integer labels are their own bins. A label within float32
   * rounding below an edge counts as on it, so that 0.7 and `Math.fround(0.7)` share a bin.
   */
  readonly binWidth?: number;
  /**
   * What rows are sorted by, `[N]` or `[N, 1]`, one number a row. Default: the labels themselves. Give it
   * where a row's label is not one number: the mean depth of an image, a pose's distance to the mean pose.
   */
  readonly binBy?: Values;
}

/** The bin width of the options, checked. */
export function checkBinWidth(what: string, { binWidth = 1 }: LabelBinOptions): number {
  if (!(binWidth > 0 && binWidth < Infinity)) {
    throw new RangeError(
      `Cannot compute ${what} as binWidth must be a finite number > 0: current value is ${binWidth}`,
    );
  }
  return binWidth;
}

/** The index k of a label's bin. */
export function binOf(what: string, label: number, binWidth: number): number {
  const position = label / binWidth;
  if (!(Math.abs(position) <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(
      `Cannot compute ${what} as binWidth must not be so small that bins cannot be counted: ` +
        `current value is ${binWidth} for the label ${label}`,
    );
  }
  // float32 keeps 24 bits: 0.7 read back from a tensor, over 0.1, is 6.9999998.
  const rounding = Math.min(1e-3, 2 ** -22 * Math.max(1, Math.abs(position)));
  return Math.floor(position + rounding);
}

/** How many of the labels each bin holds. */
export function countByBin(
  what: string,
  labels: Float64Array,
  binWidth: number,
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) {
    const bin = binOf(what, label, binWidth);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return counts;
}

/** What the rows of a pair are sorted by: `binBy`, or the labels where they are `[N]`. */
export async function binLabels(
  what: string,
  { target, shape }: Pair,
  { binBy }: LabelBinOptions,
): Promise<Float64Array> {
  if (binBy === undefined) {
    if (shape.length === 1) return target;
    throw new TypeError(
      `Cannot compute ${what} as target must be [N] or [N, 1] without binBy: current shape is [${shape}]`,
    );
  }
  const labels = await readColumn(what, "binBy", binBy);
  if (labels.length !== shape[0]) {
    throw new TypeError(
      `Cannot compute ${what} as binBy must have a number a row: ` +
        `current length is ${labels.length} for ${shape[0]} rows`,
    );
  }
  return labels;
}
