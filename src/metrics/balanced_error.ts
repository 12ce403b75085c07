/** The mean over label bins of the mean of an error within each. */
import { occupiedBins } from "../bins/occupied_bins.ts";
import { checkLabelBins, type LabelBinOptions, readBinned } from "./label_bin_options.ts";
import type { Values } from "./values.ts";

/** `error` of a difference, averaged within the bins that have a row, then over those bins. */
export async function balancedError(
  what: string,
  pred: Values,
  target: Values,
  options: LabelBinOptions,
  error: (difference: number) => number,
): Promise<number> {
  const rule = checkLabelBins(what, options, ["binBy"]);
  const { labels, ...pair } = await readBinned(what, pred, target, options);
  if (pair.shape.length === 3 && pair.shape[2] === 3) {
    throw new TypeError(
      `Cannot compute ${what} as pred must not be joints [N, J, 3], whose error is a distance ` +
        `(take balanced(mpjpe, ...)): current shape is [${pair.shape}]`,
    );
  }
  const { bins, places } = occupiedBins([labels], rule, `Cannot compute ${what}`);
  const stride = pair.pred.length / labels.length;
  const [sums, counts] = [new Float64Array(bins.length), new Float64Array(bins.length)];
  for (let k = 0; k < pair.pred.length; k++) {
    const place = places[0]![Math.floor(k / stride)]!;
    sums[place]! += error(pair.pred[k]! - pair.target[k]!);
    counts[place]!++;
  }
  // Each of the bins holds a row.
  return sums.reduce((sum, ofBin, place) => sum + ofBin / counts[place]!, 0) / bins.length;
}
