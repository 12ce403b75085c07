/**
 * The size of a picture.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";

/**
 * Rows and columns, a copy.
 *
 * @throws {TypeError} If there are not two, or one is no number.
 * @throws {RangeError} If one is not a whole number from `least` on.
 */
export function checkSize(
  value: unknown,
  name: string,
  claim: string,
  least = 1,
): readonly [height: number, width: number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError(
      `${claim} as ${name} must be rows and columns: current value is ${shown(value)}`,
    );
  }
  value.forEach((size, axis) =>
    checkNumber(size, `${name}[${axis}]`, claim, { whole: true, least })
  );
  return [value[0], value[1]];
}
