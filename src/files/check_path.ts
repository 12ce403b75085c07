/**
 * Checks of paths.
 *
 * @module
 */
import { shown } from "../check/shown.ts";

/**
 * Throws unless `path` is the path of a file or folder; `claim` is how the message begins:
 * "Cannot reach a model as path".
 *
 * @throws {TypeError} If it is no string, empty, a URL, or holds what no path can.
 */
export function checkPath(path: unknown, claim: string): asserts path is string {
  const text = path instanceof URL ? path.href : path;
  if (typeof text !== "string" || text === "") {
    throw new TypeError(
      `${claim} must be a path, a string that is not empty: current value is ${shown(path)}`,
    );
  }
  if (path instanceof URL || /^([a-z][a-z0-9+.-]*:\/\/|file:)/i.test(text)) {
    const plain = /^file:(?:\/\/)?(.+)/i.exec(text)?.[1];
    const remedy = plain ? `, did you mean ${shown(plain)}` : "";
    throw new TypeError(
      `${claim} must be a path, no URL${remedy}: current value is ${shown(text)}`,
    );
  }
  if (text.includes("\0")) {
    throw new TypeError(
      `${claim} must be without the character 0: current value is ${shown(text)}`,
    );
  }
}
