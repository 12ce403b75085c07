/** How much is read from files while something runs. */
import { fileHandle } from "./slow_disk.ts";

/** Counts the bytes; only the module's own reads go this way. */
export async function bytesRead(run: () => Promise<unknown>): Promise<number> {
  const prototype = await fileHandle() as unknown as {
    read(...args: unknown[]): Promise<{ bytesRead: number }>;
  };
  const { read } = prototype;
  let sum = 0;
  prototype.read = async function (...args) {
    const result = await read.apply(this, args);
    sum += result.bytesRead;
    return result;
  };
  try {
    await run();
  } finally {
    prototype.read = read;
  }
  return sum;
}
