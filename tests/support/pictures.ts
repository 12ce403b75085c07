/** Pictures to read, and how far two are from each other. */
import sharp, { type Sharp } from "sharp";
import { encode } from "fast-png";

/** A picture's bytes `[height, width, 3]`: waves, hard edges and grain, the same each time. */
export function patterned(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    bytes[3 * i] = 128 + 100 * Math.sin(x / 9) * Math.cos(y / 7);
    bytes[3 * i + 1] = (x + y) % 64 > 32 ? 220 : 30;
    bytes[3 * i + 2] = (x * 7919 + y * 104729) % 256;
  }
  return bytes;
}

/** The same, for sharp to write. */
export function picture(width: number, height: number): Sharp {
  return sharp(patterned(width, height), { raw: { width, height, channels: 3 } });
}

/** Writes PNG files whose pixels are all of one gray, which is the label; returns the items. */
export async function grayItems(dir: string, count: number, side = 3) {
  const items = Array.from({ length: count }, (_, k) => ({ path: `${dir}/${k}.png`, label: k }));
  for (const { path, label } of items) {
    const data = new Uint8Array(side * side).fill(label);
    await Deno.writeFile(path, encode({ width: side, height: side, channels: 1, data }));
  }
  return items;
}

/** The greatest difference of two pictures of one size. */
export function farthest(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
