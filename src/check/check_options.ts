/**
 * Options by name: what is not known is refused, with what was probably meant.
 *
 * @module
 */
import { closest } from "fastest-levenshtein";
import { checkObject } from "./check_object.ts";
import { shown } from "./shown.ts";

/**
 * Throws unless `options` is an object that has no other names than these; `claim` is how the
 * message begins: "Cannot compute MSE".
 *
 * @throws {TypeError} If it is no object, or a name is not known: the message has the nearest
 * known one.
 */
export function checkOptions(
  options: unknown,
  names: readonly string[],
  claim: string,
  what = "options",
): void {
  checkObject(options, what, claim);
  const given = Object.keys(options);
  // A date or an AbortController has no names of its own, and would pass for no options.
  if (given.length === 0 && !isPlain(options)) {
    throw new TypeError(
      `${claim} as ${what} must be an object of options: current value is ${shown(options)}`,
    );
  }
  for (const name of given) {
    if (names.includes(name)) continue;
    const remedy = names.length > 0 ? `, did you mean ${closest(name, [...names])}` : "";
    throw new TypeError(
      `${claim} as ${what} must be known${remedy}: current value has ${shown(name)}`,
    );
  }
}

/** Whether an object is of no class; of another realm, too. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
