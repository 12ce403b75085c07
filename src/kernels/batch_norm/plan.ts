/**
 * How the rows of batch normalization are cut for the device.
 *
 * @module
 */

/** Threads that fill a device: each has a chunk of rows of one channel. */
const THREADS = { gpu: 2 ** 17, software: 2 ** 11 };

/** Rows a chunk at least: what is stored of a chunk is then small beside its rows. */
const LEAST_ROWS = 32;

/** Rows a chunk at most: llvmpipe ends a thread's loops after 65,535 iterations. */
const MOST_ROWS = 2 ** 15;

/** Rows and channels, and the cut: `chunks` of `per` rows, the last of them maybe fewer. */
export interface BatchNormPlan {
  readonly rows: number;
  readonly channels: number;
  readonly chunks: number;
  readonly per: number;
}

/** The cut of rows, on a GPU or a software adapter. */
export function batchNormPlan(
  { rows, channels }: Pick<BatchNormPlan, "rows" | "channels">,
  software: boolean,
): BatchNormPlan {
  const wanted = THREADS[software ? "software" : "gpu"] / channels;
  const per = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.ceil(rows / wanted)));
  return { rows, channels, chunks: Math.ceil(rows / per), per };
}
