/**
 * What a run came to.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";

/** What `train` returns. */
export interface TrainResult {
  /** Every finished epoch. */
  readonly history: readonly EpochRecord[];
  /**
   * The epoch of the best value of the monitored metric, or else of the least training loss; -1 if
   * there is none, or without validation under a learned noise, as losses under different sigmas
   * are in different scales.
   */
  readonly bestEpoch: number;
  /** Optimizer steps a second of wall time. */
  readonly stepsPerSecond: number;
  /** What ended the run before its last epoch. */
  readonly stopped: "patience" | "signal" | undefined;
}
