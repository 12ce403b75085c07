/** Reads the text of a user's file. */
import { OptionError } from "../option_error.ts";
import { type DecodedText, decodeText } from "./decode_text.ts";

/** Reads and decodes a file; one that cannot be read is an {@linkcode OptionError}. */
export async function readTextFile(path: string): Promise<DecodedText> {
  try {
    return decodeText(await Deno.readFile(path), path);
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw new OptionError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}
