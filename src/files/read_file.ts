/**
 * Reads files whose size is known before they are read.
 *
 * @module
 */
import { Refusal } from "./attempt.ts";
import type { Host } from "./host.ts";

/** A file that is open. */
export interface OpenFile {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `from` to `to`, which must be there. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Node reads no more at once. */
const MOST_BYTES = 2 ** 30;

/**
 * Opens a file, and closes it after the work. Folders, devices and pipes are refused, unopened:
 * they have no size, and to open one may wait for ever.
 */
export async function withFile<T>(
  { fs, node: { constants } }: Host,
  path: string,
  work: (file: OpenFile) => Promise<T>,
): Promise<T> {
  checkFile(await fs.stat(path));
  // Without O_NONBLOCK a pipe that has come since would be waited for; Windows has none.
  const handle = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await handle.stat();
    checkFile(stat);
    return await work({
      size: stat.size,
      async read(from, to) {
        const bytes = allocate(to - from);
        for (let at = 0; at < bytes.length;) {
          const most = Math.min(bytes.length - at, MOST_BYTES);
          const { bytesRead } = await handle.read(bytes, at, most, from + at);
          if (bytesRead === 0) throw new Refusal("the file must stay whole while it is read");
          at += bytesRead;
        }
        return bytes;
      },
    });
  } finally {
    await handle.close();
  }
}

function checkFile(stat: { isFile(): boolean }): void {
  if (!stat.isFile()) {
    throw new Refusal("its path must lead through folders to a file, no folder, device or pipe");
  }
}

function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new Refusal("the host must have memory for the file", `length is ${bytes} bytes`);
  }
}
