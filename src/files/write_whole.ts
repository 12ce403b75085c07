/**
 * Writes a file whole or not at all.
 *
 * @module
 */
import { codeOf } from "./attempt.ts";
import type { Host } from "./host.ts";

/** How the name of a file ends that is still being written. */
const PART = /\.[0-9a-f-]{36}\.part$/;
/** Node writes no more at once. */
const MOST_BYTES = 2 ** 30;

/**
 * Writes beside the file, waits for the disk, then renames: at any moment, whatever is killed, the
 * path holds the file of before or the new one. What fails leaves no part.
 */
export async function writeWhole(host: Host, path: string, bytes: Uint8Array): Promise<void> {
  const { fs } = host;
  const part = `${path}.${crypto.randomUUID()}.part`;
  const handle = await fs.open(part, "wx");
  try {
    try {
      for (let at = 0; at < bytes.length;) {
        const most = Math.min(bytes.length - at, MOST_BYTES);
        at += (await handle.write(bytes, at, most)).bytesWritten;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(part, path);
  } catch (error) {
    await fs.unlink(part).catch(() => {});
    throw error;
  }
  await syncFolder(host, host.path.dirname(path));
}

/** Removes what killed writers left in a folder, of files that `mine` tells by their names. */
export async function removeParts(
  host: Host,
  folder: string,
  mine: (name: string) => boolean,
): Promise<void> {
  for (const entry of await host.fs.readdir(folder, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isFile() || !PART.test(name) || !mine(name.replace(PART, ""))) continue;
    await removeFile(host, host.path.join(folder, name));
  }
}

/** Removes a file, if it is still there. */
export async function removeFile({ fs }: Host, path: string): Promise<void> {
  await fs.unlink(path).catch((error) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
}

/** Makes a rename outlast a power cut. */
async function syncFolder({ fs, platform }: Host, folder: string): Promise<void> {
  // Windows opens no folders, and needs none opened.
  if (platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
