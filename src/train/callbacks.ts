/**
 * What the trainer tells while it runs.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";

/**
 * What `train` tells while it runs. A promise is waited for; an error ends the run. None may
 * dispose what is trained.
 */
export interface Callbacks {
  /**
   * Called after each step with its number within the epoch and the epoch, both from 0. No loss has
   * been read by then. The place to draw, or to wait for others.
   */
  onStep?(step: number, epoch: number): void | Promise<void>;
  /**
   * Called at the exact end of an epoch: after its last step, before its validation, with the
   * epoch, from 0. No loss has been read by then. For what acts on the model between epochs: `() =>
   * smoothing.endEpoch()`, say.
   */
  onEpochDone?(epoch: number): void | Promise<void>;
  /**
   * Called once an epoch, in order. Losses are read in bulk, so the call comes when they have been
   * read: up to half a second after the epoch, or at the next validation.
   */
  onEpochEnd?(record: EpochRecord): void | Promise<void>;
}
