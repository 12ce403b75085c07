/**
 * Options by name: what is not known is refused, with what was probably meant.
 *
 * @module
 */
import { closest } from "fastest-levenshtein";
import { shown } from "./shown.ts";

/**
 * Throws unless `options` is an object that has no other names than these; `claim` is how the message begins:
 * "Cannot compute MSE".
 *
 * @throws {TypeError} If it is no object, or a name is not known: the message has the nearest known one.
 */
export function checkOptions(
  options: unknown,
  names: readonly string[],
  claim: string,
  what = "options",
): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  if (!isObject) {
    throw new TypeError(
      `${claim} as ${what} must be an object: current value is ${shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const remedy = names.length > 0 ? `, did you mean ${closest(name, [...names])}` : "";
    throw new TypeError(
      `${claim} as ${what} must be known${remedy}: current value has ${shown(name)}`,
    );
  }
}
