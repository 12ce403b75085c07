/**
 * A picture's bytes out of its file.
 *
 * @module
 */
import { attempt, Refusal } from "../../files/attempt.ts";
import { withFile } from "../../files/read_file.ts";
import type { Decode, Size } from "./decoder.ts";

/**
 * Reads and decodes.
 *
 * @throws {Error} That names the file and what is wrong with it.
 */
export function readPicture(path: string, size: Size, decode: Decode): Promise<Uint8Array> {
  return attempt("Cannot read a picture", path, async (host) => {
    const bytes = await withFile(host, path, (file) => file.read(0, file.size));
    try {
      return await decode(bytes, size);
    } catch (error) {
      throw new Refusal(`it must be a whole JPEG or PNG (${(error as Error).message})`);
    }
  });
}
