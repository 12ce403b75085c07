/**
 * Batches, epoch by epoch, and how data becomes them.
 *
 * @module
 */
import type { RowBatch } from "./row_batch.ts";

/**
 * Makes the batches of an epoch, from 0; epochs may be left out, but not gone back to. A batch's
 * tensors live until the next one is asked for.
 */
export type Epochs = (epoch: number) => AsyncIterable<RowBatch>;

/** What a rank takes of tensors that every rank has. */
export interface Share {
  readonly rank: number;
  readonly size: number;
  readonly of: "rows" | "batches";
}

/** How data becomes batches; all but `prefetch` and `action` is for tensors. */
export interface BatchOptions {
  /** Rows a batch; undefined is all that a device takes at once. */
  readonly batchSize: number | undefined;
  /** The seed to shuffle by; undefined leaves the order. */
  readonly seed: number | undefined;
  /** Rows at the end that do not fill so many are left out; 1 leaves none out. */
  readonly multiple: number;
  /** How many batches are read ahead where they have to be waited for; undefined is the default. */
  readonly prefetch?: number | undefined;
  /** The rank's share: of the rows of each batch, or every so many batches. */
  readonly share?: Share | undefined;
  /** What the caller does, for messages: "train". */
  readonly action: string;
}
