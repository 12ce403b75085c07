/**
 * True or false: text that says "false" is neither.
 *
 * @module
 */
import { shown } from "./shown.ts";

/**
 * Throws unless `value` is true or false; `claim` is how the message begins: "Cannot compute MSE".
 *
 * @throws {TypeError} If it is neither.
 */
export function checkBoolean(
  value: unknown,
  name: string,
  claim: string,
): asserts value is boolean {
  if (typeof value === "boolean") return;
  throw new TypeError(
    `${claim} as ${name} must be true or false: current value is ${shown(value)}`,
  );
}
