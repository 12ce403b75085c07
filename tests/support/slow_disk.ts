/** A disk on which a write takes its time, so that a kill in the middle of one is no matter of luck. */

/** Makes every write of this process take only so many bytes at a time, with a pause after. */
export function slowDisk(most: number, pauseMs: number): void {
  const write = Deno.FsFile.prototype.write;
  Deno.FsFile.prototype.write = async function (bytes) {
    const written = await write.call(this, bytes.subarray(0, most));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return written;
  };
}

/** Whether a folder holds a file that is still being written, or was when its writer was killed. */
export function hasPart(folder: string): boolean {
  return [...Deno.readDirSync(folder)].some(({ name }) => name.endsWith(".part"));
}
