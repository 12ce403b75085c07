/**
 * Many, medium and few: how often a label was seen in training.
 *
 * @module
 */
import { binOf, checkBinWidth, countByBin, type LabelBinOptions } from "./label_bins.ts";

/** How often labels like a row's were seen in training. */
export type Shot = "many" | "medium" | "few";

/** The three, from the most seen. */
export const SHOTS: readonly Shot[] = ["many", "medium", "few"];

/** The bins, and where they count as many or few. */
export interface ShotOptions extends LabelBinOptions {
  /** A bin with more training labels than this is many-shot. Default 100. */
  readonly many?: number;
  /** A bin with fewer training labels than this, or none, is few-shot; at most `many`. Default 20. */
  readonly few?: number;
}

/** The thresholds of the options, checked. */
export function checkShots(
  what: string,
  { many = 100, few = 20 }: ShotOptions,
): { many: number; few: number } {
  if (!(few >= 0 && few <= many)) {
    throw new RangeError(
      `Cannot compute ${what} as the thresholds must be 0 <= few <= many: ` +
        `current values are few ${few} and many ${many}`,
    );
  }
  return { many, few };
}

/** The shot of a bin with so many training labels. */
export function shotOf(count: number, { many, few }: { many: number; few: number }): Shot {
  return count > many ? "many" : count < few ? "few" : "medium";
}

/** The indices of the rows of each shot, by the training labels in their bins. */
export function rowsByShot(
  what: string,
  labels: Float64Array,
  trainLabels: Float64Array,
  options: ShotOptions,
): Record<Shot, number[]> {
  const binWidth = checkBinWidth(what, options);
  const thresholds = checkShots(what, options);
  const counts = countByBin(what, trainLabels, binWidth);
  const rows: Record<Shot, number[]> = { many: [], medium: [], few: [] };
  labels.forEach((label, i) => {
    rows[shotOf(counts.get(binOf(what, label, binWidth)) ?? 0, thresholds)].push(i);
  });
  return rows;
}
