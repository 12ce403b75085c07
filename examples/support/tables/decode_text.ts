/** A file's text, whichever encoding its bytes tell. */
import { OptionError } from "../option_error.ts";

/** Text and what it was encoded in. */
export interface DecodedText {
  readonly text: string;
  /** As people call it. */
  readonly encoding: "UTF-8" | "UTF-16" | "Windows-1252 (Latin-1)";
}

/** How files begin that are no text, and what to do with them. */
const OTHERS: readonly (readonly [begin: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 3, 4], "a ZIP or Excel file: save the table as CSV"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel file: save the table as CSV"],
  [[0x1f, 0x8b], "a gzip file: unpack it"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file: save the table as CSV"],
  [[0xff, 0xfe, 0, 0], "UTF-32: save it as UTF-8"],
  [[0, 0, 0xfe, 0xff], "UTF-32: save it as UTF-8"],
];
/** Bytes in which UTF-16 without a mark is looked for. */
const LOOK = 4096;

/**
 * Decodes by the byte order mark; without one, UTF-16 by its zero bytes, else UTF-8 where it is
 * valid, else Windows-1252, of which Latin-1 is a part.
 *
 * @param name What messages call the file: its path.
 * @throws {OptionError} If the bytes are no text; the message names what they are.
 */
export function decodeText(bytes: Uint8Array, name: string): DecodedText {
  const refuse = (what: string): never => {
    throw new OptionError(`Cannot use ${name} as it must be text: current value is ${what}`);
  };
  const begins = (begin: readonly number[]) => begin.every((byte, i) => bytes[i] === byte);
  const other = OTHERS.find(([begin]) => begins(begin));
  if (other) refuse(other[1]);
  const wide = begins([0xff, 0xfe])
    ? "utf-16le"
    : begins([0xfe, 0xff])
    ? "utf-16be"
    : wideWithoutMark(bytes.subarray(0, LOOK));
  const text = wide ? new TextDecoder(wide).decode(bytes) : utf8(bytes);
  const decoded = text ?? new TextDecoder("windows-1252").decode(bytes);
  if (decoded.includes("\0")) refuse("bytes of another kind");
  const narrow = text === undefined ? "Windows-1252 (Latin-1)" : "UTF-8";
  return { text: decoded, encoding: wide ? "UTF-16" : narrow };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** In UTF-16 every other byte of digits and separators is 0. */
function wideWithoutMark(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const zeros = [0, 0];
  bytes.forEach((byte, i) => zeros[i % 2]! += byte === 0 ? 1 : 0);
  const [even, odd] = zeros as [number, number];
  if (Math.max(even, odd) < bytes.length / 4) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}
