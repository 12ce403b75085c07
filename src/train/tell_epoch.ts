/**
 * The one place where a finished epoch is told.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";
import { openHistoryLog } from "./history_log.ts";
import { openProgress } from "./progress.ts";
import type { AnyTrainOptions } from "./train_options.ts";

/** Hears of each finished epoch, in order. */
export interface Listener {
  /**
   * Tells of an epoch; with the newest of those that were read at once comes how many steps there
   * have been since the opening, and only then the progress moves.
   */
  tell(record: EpochRecord, steps?: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens all that hears of epochs, in a run that has had `history`: progress, log and callback. */
export async function openListener(
  { epochs, progress, log: path, callbacks }: AnyTrainOptions,
  history: readonly EpochRecord[],
): Promise<Listener> {
  const log = path === undefined ? undefined : await openHistoryLog(path, { resume: history });
  const bar = progress ? await openProgress(epochs, history.length) : undefined;
  return {
    async tell(record, steps) {
      if (steps !== undefined) bar?.update(record, steps);
      await log?.write(record);
      await callbacks?.onEpochEnd?.(record);
    },
    async close() {
      bar?.stop();
      await log?.close();
    },
  };
}
