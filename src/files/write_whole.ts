/**
 * Writes a file whole or not at all.
 *
 * @module
 */

/** How the name of a file ends that is still being written. */
const PART = /\.[0-9a-f-]{36}\.part$/;

/**
 * Writes beside the file, waits for the disk, then renames: at any moment, whatever is killed, the path holds the file
 * of before or the new one.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    const file = await Deno.open(part, { write: true, createNew: true });
    try {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
  await syncFolder(splitPath(path)[0]);
}

/** Removes the files in a folder that a killed writer left unfinished, of those that `mine` tells by their final names. */
export async function removeParts(folder: string, mine: (name: string) => boolean): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && PART.test(name) && mine(name.replace(PART, ""))) {
      await Deno.remove(`${folder}/${name}`);
    }
  }
}

/** The folder of a path, "." of a bare name, and the name in it. */
export function splitPath(path: string): [folder: string, name: string] {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return [at < 0 ? "." : path.slice(0, at) || "/", path.slice(at + 1)];
}

/** Makes a rename outlast a power cut. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs none opened.
  if (Deno.build.os === "windows") return;
  const handle = await Deno.open(folder);
  try {
    await handle.sync();
  } finally {
    handle.close();
  }
}
