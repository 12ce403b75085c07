/**
 * The bottleneck file: what a frozen network makes of pictures, computed once and kept. Rows of
 * float32, one after the other, in the pictures' order.
 */

/** Rows of features. */
export interface Features {
  /** `[N, dim]`. */
  readonly values: Float32Array<ArrayBuffer>;
  readonly dim: number;
}

/** How many rows of how many features there are to be. */
export interface Extent {
  readonly rows: number;
  readonly dim: number;
}

/**
 * Reads the file, or makes it: `compute` gives the rows from one on, some at a time. A computation
 * that was killed goes on after its last whole row.
 */
export async function bottleneck(
  path: string,
  { rows, dim }: Extent,
  compute: (first: number) => AsyncIterable<Float32Array<ArrayBuffer>>,
): Promise<Features> {
  const values = await readRows(path, { rows, dim });
  if (values) return { values, dim };
  const partial = `${path}.partial`;
  const stride = dim * Float32Array.BYTES_PER_ELEMENT;
  const file = await Deno.open(partial, { create: true, write: true });
  try {
    const done = Math.min(rows, Math.floor((await file.stat()).size / stride));
    await file.truncate(done * stride);
    await file.seek(0, Deno.SeekMode.End);
    if (done < rows) { for await (const some of compute(done)) await writeAll(file, some); }
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(partial, path);
  const made = await readRows(path, { rows, dim });
  if (made) return { values: made, dim };
  throw new Error(`Cannot keep features as ${path} must hold ${rows} rows of ${dim} numbers`);
}

/** The numbers; nothing where there is no file of that size. */
async function readRows(
  path: string,
  { rows, dim }: Extent,
): Promise<Float32Array<ArrayBuffer> | undefined> {
  try {
    const { buffer, byteLength } = await Deno.readFile(path);
    const size = rows * dim;
    if (byteLength === size * Float32Array.BYTES_PER_ELEMENT) return new Float32Array(buffer);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return undefined;
}

async function writeAll(file: Deno.FsFile, rows: Float32Array<ArrayBuffer>): Promise<void> {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
