/** Text files, written whole or not at all. */
import { dirname } from "node:path";

/**
 * Writes a text; the folder is made if missing. A reader, or one who comes after a kill, sees the
 * old file or the new one.
 */
export async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(`${path}.partial`, text);
  await Deno.rename(`${path}.partial`, path);
}
