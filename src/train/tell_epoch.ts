/**
 * The one place where a finished epoch is told.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";
import { openProgress } from "./progress.ts";
import type { AnyTrainOptions } from "./train_options.ts";

/** Hears of each finished epoch, in order. */
export interface Listener {
  tell(record: EpochRecord): Promise<void>;
  close(): void;
}

/** Opens all that hears of epochs: the progress line and the callback. */
export async function openListener(
  { epochs, progress, callbacks }: Pick<AnyTrainOptions, "epochs" | "progress" | "callbacks">,
): Promise<Listener> {
  const bar = progress ? await openProgress(epochs) : undefined;
  return {
    async tell(record) {
      bar?.update(record);
      await callbacks?.onEpochEnd?.(record);
    },
    close: () => bar?.stop(),
  };
}
