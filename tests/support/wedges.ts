/** Made-up garments for the rotation benchmark's tests: wedges of random shades, thick end to the right. */
import { type Fashion, SIDE } from "../../examples/rotation/fashion.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

/** Draws so many pictures for each of the two sets. */
export function wedges(train: number, test: number): Fashion {
  const random = randomFrom(99);
  const wedge = () => {
    const [shade, length, slope] = [
      random.uniform(120, 255),
      random.uniform(8, 12),
      random.uniform(0.2, 0.4),
    ];
    return Uint8Array.from({ length: SIDE * SIDE }, (_, k) => {
      const [x, y] = [k % SIDE - 13.5, Math.floor(k / SIDE) - 13.5];
      return Math.abs(x) < length && Math.abs(y) < 1 + slope * (x + length) ? shade : 0;
    });
  };
  const many = (count: number) => Array.from({ length: count }, wedge);
  return { train: many(train), test: many(test) };
}

/** An idx file of bytes. */
export function idxFile(shape: readonly number[], bytes: ArrayLike<number>) {
  const file = new Uint8Array(4 + 4 * shape.length + bytes.length);
  const view = new DataView(file.buffer);
  file.set([0, 0, 8, shape.length]);
  shape.forEach((size, k) => view.setUint32(4 + 4 * k, size));
  file.set(bytes, 4 + 4 * shape.length);
  return file;
}

/** The same, gzipped. */
export async function gzip(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([file]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
