/**
 * Bins that are too wide to tell labels apart.
 *
 * @module
 */

/** Nearly all. */
const SHARE = 0.95;
/** Fewer labels say nothing of the bins. */
const LEAST_LABELS = 20;

/** The bin that nearly all labels are in, if there is one and others, too. */
export function crowdedBin(counts: ArrayLike<number>): number | undefined {
  let [total, crowded] = [0, 0];
  for (let b = 0; b < counts.length; b++) {
    total += counts[b]!;
    if (counts[b]! > counts[crowded]!) crowded = b;
  }
  return total >= LEAST_LABELS && counts[crowded]! > SHARE * total ? crowded : undefined;
}
