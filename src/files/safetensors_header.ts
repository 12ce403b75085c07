/**
 * The header of a safetensors file, checked: what it says decides what is read.
 *
 * @module
 */
import { Refusal } from "./attempt.ts";
import { shown } from "../check/shown.ts";
import { ELEMENT_TYPES, type ElementCode, isElementCode } from "./element_types.ts";

/** Before the header stands its length, a little-endian uint64. */
export const LENGTH_BYTES = 8;
/** As the format's own library has it. */
const MOST_HEADER_BYTES = 100_000_000;
/** The checksum is the first entry, so that its place is known. */
const SUM = /^\{"__metadata__":\{"sha256":"([0-9a-f]{64})"/;
export const SUM_AT = `{"__metadata__":{"sha256":"`.length;

/** A tensor of the file: where its bytes are, counted from the header's end. */
export interface Entry {
  readonly name: string;
  readonly dtype: ElementCode;
  readonly shape: number[];
  readonly start: number;
  readonly end: number;
}

/** What a header says. */
export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly Entry[];
  /** The checksum; a file of another program has none. */
  readonly sum: string | undefined;
  /** What stands beside the tensors in a file of ours. */
  readonly value: unknown;
}

/**
 * The header's length in a file of `size` bytes that begins with `first`.
 *
 * @throws {Refusal} If the file cannot have such a header.
 */
export function headerLength(first: Uint8Array<ArrayBuffer>, size: number): number {
  if (size < LENGTH_BYTES) {
    throw new Refusal("it must have the length that it states", `length is ${size}`);
  }
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  if (length > MOST_HEADER_BYTES) {
    throw new Refusal(
      `its header must have at most ${MOST_HEADER_BYTES} bytes`,
      `length of the header is ${length}`,
    );
  }
  if (length === 0n || LENGTH_BYTES + Number(length) > size) {
    throw new Refusal("it must have the length that it states", `length is ${size}`);
  }
  return Number(length);
}

/**
 * Reads a header that is followed by so many bytes.
 *
 * @param isOurs Whether it must be of a file of ours, with a checksum.
 * @throws {Refusal} If it is none, or does not describe each of the bytes once.
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, isOurs: boolean): Header {
  const text = utf8(bytes);
  const sum = SUM.exec(text)?.[1];
  if (sum === undefined && isOurs) {
    throw new Refusal("it must begin with a checksum", "one is missing");
  }
  const header = json(text, "header");
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new Refusal("its header must be an object", `one is ${shown(header)}`);
  }
  const { __metadata__, ...rest } = header as Record<string, unknown>;
  const entries = Object.entries(rest).map(([name, entry]) => entryOf(name, entry));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      throw new Refusal(
        "its data_offsets must follow one another without overlap or gap",
        `value of ${shown(entry.name)} is [${entry.start}, ${entry.end}], after ${end}`,
      );
    }
    end = entry.end;
  }
  if (end !== dataBytes) {
    throw new Refusal(
      `it must have the ${end} bytes of tensors that its header states`,
      `number is ${dataBytes}`,
    );
  }
  if (sum === undefined) return { entries, sum, value: undefined };
  return { entries, sum, value: json((__metadata__ as { json?: unknown }).json, "value") };
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("its header must be UTF-8", "one is not");
  }
}

function json(text: unknown, what: string): unknown {
  try {
    if (typeof text === "string") return JSON.parse(text);
  } catch { /* the same as none */ }
  throw new Refusal(`its ${what} must be JSON`, `one is ${shown(text)}`);
}

function entryOf(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  if (!isElementCode(dtype)) {
    throw new Refusal(
      `its dtypes must be of [${Object.keys(ELEMENT_TYPES)}]`,
      `value of ${shown(name)} is ${shown(dtype)}`,
    );
  }
  const { size } = ELEMENT_TYPES[dtype];
  if (!areSizes(shape)) {
    throw new Refusal(
      "its shapes must be whole numbers from 0 on",
      `value of ${shown(name)} is ${shown(shape)}`,
    );
  }
  const bytes = shape.reduce((product, length) => product * length, size as number);
  const [start, end] = areSizes(data_offsets) && data_offsets.length === 2 ? data_offsets : [];
  if (start === undefined || end === undefined || end - start !== bytes) {
    throw new Refusal(
      `its data_offsets must be the start and end of ${bytes} bytes, of ${dtype} [${shape}]`,
      `value of ${shown(name)} is ${shown(data_offsets)}`,
    );
  }
  return { name, dtype, shape, start, end };
}

function areSizes(values: unknown): values is number[] {
  return Array.isArray(values) &&
    values.every((value) => Number.isSafeInteger(value) && value >= 0);
}
