/**
 * The bins that rows are sorted into by their labels.
 *
 * @module
 */
import { BIN_OPTIONS, type BinRule, checkBins, type LabelBins } from "../bins/label_bins.ts";
import { checkOptions } from "../check/check_options.ts";
import { all, type Pair, readColumn, readPair, type Values } from "./values.ts";

/**
 * How rows are sorted into bins: as in {@linkcode LabelBins}, by default with a `binWidth` of 1 and
 * `align` `"edge"`: integer labels are their own bins. `bins` and `edges` reach over the labels of
 * all arguments.
 */
export interface LabelBinOptions extends LabelBins {
  /**
   * What rows are sorted by, `[N]` or `[N, 1]`, one number a row. Default: the labels themselves.
   * Give it where a row's label is not one number: the mean depth of an image, a pose's distance to
   * the mean pose.
   */
  readonly binBy?: Values | undefined;
}

/** The bins of the options, checked; `more` are the names of what else is an option. */
export function checkLabelBins(
  what: string,
  options: LabelBinOptions,
  more: readonly string[],
): BinRule {
  const claim = `Cannot compute ${what}`;
  checkOptions(options, [...BIN_OPTIONS, ...more], claim);
  return checkBins(options, claim, { align: "edge", width: 1 });
}

/** A pair, and what its rows are sorted by: `binBy`, or the labels where they are `[N]`. */
export async function readBinned(
  what: string,
  pred: Values,
  target: Values,
  { binBy }: LabelBinOptions,
): Promise<Pair & { readonly labels: Float64Array }> {
  const [pair, by] = await all<[Pair, Float64Array | undefined]>([
    readPair(what, pred, target),
    binBy === undefined ? Promise.resolve(undefined) : readColumn(what, "binBy", binBy),
  ]);
  const { target: own, shape } = pair;
  if (by === undefined && shape.length !== 1) {
    throw new TypeError(
      `Cannot compute ${what} as target must be [N] or [N, 1] without binBy: ` +
        `current shape is [${shape}]`,
    );
  }
  const labels = by ?? own;
  if (labels.length !== shape[0]) {
    throw new TypeError(
      `Cannot compute ${what} as binBy must have a number a row: ` +
        `current length is ${labels.length} for ${shape[0]} rows`,
    );
  }
  return { ...pair, labels };
}
