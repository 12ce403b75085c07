/**
 * The best epoch of a run without validation.
 *
 * @module
 */
import type { EpochRecord } from "./train_options.ts";

/** The epoch of the least training loss; -1 without any. */
export function leastLoss(history: readonly EpochRecord[]): number {
  return history.reduce(
    (least, { loss, epoch }) => least < 0 || loss < history[least]!.loss ? epoch : least,
    -1,
  );
}
