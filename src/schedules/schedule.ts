/**
 * What a learning-rate schedule is.
 *
 * @module
 */

/**
 * A learning-rate schedule: what the base rate is multiplied by in an epoch.
 *
 * @param epoch The epoch, from 0.
 * @param epochs How many there will be.
 * @returns A factor, usually in [0, 1].
 */
export type Schedule = (epoch: number, epochs: number) => number;
