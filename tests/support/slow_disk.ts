/** A disk on which a write takes its time, so that a kill in the middle of one is no matter of luck. */
import fs from "node:fs/promises";

/** Makes every write of this process take only so many bytes at a time, with a pause after. */
export async function slowDisk(most: number, pauseMs: number): Promise<void> {
  const prototype = await fileHandle();
  const { write } = prototype;
  prototype.write = async function (bytes, at, length) {
    const written = await write.call(this, bytes, at, Math.min(length, most));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return written;
  };
}

/** What this module does with a file that is open. */
export interface FileHandle {
  write(bytes: Uint8Array, at: number, length: number): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The prototype of open files, whose functions a test may replace. */
export async function fileHandle(): Promise<FileHandle> {
  const handle = await fs.open(new URL(import.meta.url), "r");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

/** Whether a folder holds a file that is still being written, or was when its writer was killed. */
export function hasPart(folder: string): boolean {
  return [...Deno.readDirSync(folder)].some(({ name }) => name.endsWith(".part"));
}
