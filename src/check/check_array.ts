/**
 * An array, whatever it holds.
 *
 * @module
 */
import { shown } from "./shown.ts";

/**
 * Throws unless `value` is an array; `claim` is how the message begins: "Cannot compute MSE".
 *
 * @throws {TypeError} If it is none.
 */
export function checkArray(
  value: unknown,
  name: string,
  claim: string,
): asserts value is unknown[] {
  if (Array.isArray(value)) return;
  throw new TypeError(`${claim} as ${name} must be an array: current value is ${shown(value)}`);
}
