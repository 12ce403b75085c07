/**
 * Values as JSON can be written of them: numbers that it has no word for are text.
 *
 * @module
 */

/** The numbers that JSON has no word for. */
const WORDS: readonly string[] = ["NaN", "Infinity", "-Infinity", "-0"];

/** The same with words in place of such numbers. */
export function toWords(value: unknown): unknown {
  return map(value, toWord);
}

/** What {@linkcode toWords} was given. */
export function fromWords(value: unknown): unknown {
  return map(value, fromWord);
}

function map(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return change(value);
  if (Array.isArray(value)) return value.map((item) => map(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item, change)]));
}

function toWord(value: unknown): unknown {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? "-0" : `${value}`;
}

function fromWord(value: unknown): unknown {
  return typeof value === "string" && WORDS.includes(value) ? Number(value) : value;
}
