/**
 * What is told of an epoch.
 *
 * @module
 */

/** One epoch of a run. */
export interface EpochRecord {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The mean of its steps' losses. */
  readonly loss: number;
  /** The learning rate of the model's optimizer. */
  readonly learningRate: number;
  /**
   * Validation metrics, in the epochs that were validated; of several numbers each, `name.part`.
   */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}
