/**
 * Names that may be left out.
 *
 * @module
 */
import { shown } from "./shown.ts";

/**
 * Throws unless a name is absent, or text that is not empty; `claim` is how the message begins:
 * "Cannot create feature smoothing".
 *
 * @throws {TypeError} If it is something else.
 */
export function checkName(name: unknown, what: string, claim: string): void {
  if (name === undefined || (typeof name === "string" && name !== "")) return;
  throw new TypeError(
    `${claim} as ${what} must be text that is not empty: current value is ${shown(name)}`,
  );
}
