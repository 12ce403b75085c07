/** How far values are from truth. */

/** Half a unit in the last place of a float32 near 1. */
export const ROUNDING = 2 ** -24;

/** Worst `|value - truth| / (unit + |truth|)`; NaN if any value is. */
export function worst(values: ArrayLike<number>, truth: number[], unit: number): number {
  return truth.reduce((most, expected, i) => {
    const error = Math.abs(values[i]! - expected) / (unit + Math.abs(expected));
    return error > most || Number.isNaN(error) ? error : most;
  }, 0);
}
