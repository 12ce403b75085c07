/**
 * What a schedule sees of the epochs before.
 *
 * @module
 */

/** A finished epoch as a {@linkcode Schedule} sees it: the trainer's records of epochs are such. */
export interface PastEpoch {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The mean of its steps' losses. */
  readonly loss: number;
  /** Validation metrics, in the epochs that were validated. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}
