/** The mean over label bins of the mean of an error within each. */
import { binLabels, binOf, checkBinWidth, type LabelBinOptions } from "./label_bins.ts";
import { readPair, type Values } from "./values.ts";

/** `error` of a difference, averaged within the bins that have a row, then over those bins. */
export async function balancedError(
  what: string,
  pred: Values,
  target: Values,
  options: LabelBinOptions,
  error: (difference: number) => number,
): Promise<number> {
  const binWidth = checkBinWidth(what, options);
  const pair = await readPair(what, pred, target);
  const labels = await binLabels(what, pair, options);
  const stride = pair.pred.length / labels.length;
  const bins = new Map<number, { sum: number; rows: number }>();
  labels.forEach((label, i) => {
    const key = binOf(what, label, binWidth);
    const bin = bins.get(key) ?? { sum: 0, rows: 0 };
    for (let k = i * stride; k < (i + 1) * stride; k++) {
      bin.sum += error(pair.pred[k]! - pair.target[k]!);
    }
    bin.rows++;
    bins.set(key, bin);
  });
  let sum = 0;
  for (const bin of bins.values()) sum += bin.sum / (bin.rows * stride);
  return sum / bins.size;
}
