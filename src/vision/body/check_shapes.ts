/**
 * Checks of the shapes of bodies.
 *
 * @module
 */
import { checkArray } from "../../check/check_array.ts";
import { checkNumber } from "../../check/check_number.ts";
import { isTensor } from "../../check/is_tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/** The published code takes fits with a shape beyond so many standard deviations for failed. */
const MOST = 3;

/**
 * The shapes, unless they are none of `[count, size]`, or a number is beyond 3 standard deviations;
 * a tensor is not read back.
 */
export function checkShapes(
  shapes: Tensor | readonly (readonly number[])[],
  count: number,
  size: number,
  action: string,
): Tensor | number[][] {
  if (isTensor(shapes)) {
    checkSides(shapes, "shapes", action, [count, size]);
    return shapes;
  }
  const claim = `Cannot compute ${action}`;
  checkArray(shapes, "shapes", claim);
  const rows = shapes as readonly (readonly number[])[];
  rows.forEach((row, i) => checkArray(row, `shapes[${i}]`, claim));
  const wrong = rows.find((row) => row.length !== size);
  if (rows.length !== count || wrong) {
    throw new TypeError(
      `${claim} as shapes must be [${count}, ${size}]: ` +
        (wrong ? `current length of a row is ${wrong.length}` : `current length is ${rows.length}`),
    );
  }
  rows.forEach((row, i) =>
    row.forEach((shape, k) =>
      checkNumber(shape, `shapes[${i}][${k}]`, claim, { least: -MOST, most: MOST })
    )
  );
  return rows.map((row) => [...row]);
}
