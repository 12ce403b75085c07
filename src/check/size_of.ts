/**
 * How many elements a shape has.
 *
 * @module
 */

/** The product of a shape's sizes, 1 of a scalar's. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
