/**
 * Values in the words of an error.
 *
 * @module
 */
import { isTensor } from "./is_tensor.ts";

/** The longest list that is shown whole. */
const MOST_ITEMS = 8;
/** The longest text that is shown whole. */
const MOST_LETTERS = 60;

/**
 * A value as an error's text shows it: text in quotes, rows as rows, and of a tensor its dtype and
 * shape. A tensor is neither read back nor printed: on WebGPU that fails in Deno, and elsewhere it
 * waits for the device.
 */
export function shown(value: unknown): string {
  return describe(value, 2);
}

function describe(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return value.toString();
  if (typeof value === "function") return value.name ? `function ${cut(value.name)}` : "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (isTensor(value)) return `a ${value.dtype} tensor of shape [${value.shape}]`;
  if (value instanceof Error) return `${value.name}: ${cut(value.message)}`;
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  const name = value.constructor?.name ?? "Object";
  if (isList && depth > 0) {
    const list = value as ArrayLike<unknown>;
    const items = Array.from({ length: Math.min(list.length, MOST_ITEMS) }, (_, k) => list[k]);
    const texts = items.map((item) => describe(item, depth - 1));
    if (list.length > MOST_ITEMS) texts.push(`... ${list.length} in all`);
    return `[${texts.join(", ")}]`;
  }
  if (isList) return `a list of ${(value as ArrayLike<unknown>).length}`;
  if (name === "Object") {
    const keys = Object.keys(value);
    return keys.length === 0 ? "{}" : `{ ${cut(keys.join(", "))} }`;
  }
  return `of class ${name}`;
}

function cut(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}...` : text;
}
