/**
 * An object with fields, of whatever class.
 *
 * @module
 */
import { shown } from "./shown.ts";

/**
 * Throws unless `value` is an object and no list; `claim` is how the message begins: "Cannot
 * compute MSE".
 *
 * @throws {TypeError} If it is none.
 */
export function checkObject(
  value: unknown,
  name: string,
  claim: string,
): asserts value is object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new TypeError(`${claim} as ${name} must be an object: current value is ${shown(value)}`);
}
