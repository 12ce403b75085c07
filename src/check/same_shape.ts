/**
 * Shapes compared.
 *
 * @module
 */

/** Whether two shapes are one. */
export function sameShape(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  return a.length === b.length && a.every((size, k) => size === b[k]);
}
