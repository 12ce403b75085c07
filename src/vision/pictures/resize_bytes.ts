/**
 * Bilinear resizing on the host, as libvips does it.
 *
 * @module
 */
import type { Size } from "./decoder.ts";

/** A picture as its decoder gives it: rows of pixels of 1 (gray), 2, 3 or 4 channels. */
export interface Pixels {
  readonly bytes: Uint8Array | Uint8ClampedArray;
  readonly size: Size;
  /** With 2 and 4, the last is alpha, which is dropped. */
  readonly channels: number;
}

/** What each of the new pixels of an axis is the weighted mean of: `count` old ones each. */
interface Taps {
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** A picture of another size, its bytes `[height, width, 3]`, in aspect, too. */
export function resizeBytes({ bytes, size, channels }: Pixels, to: Size): Uint8Array {
  const [, width] = size;
  const [newHeight, newWidth] = to;
  const [rows, columns] = [axisTaps(size[0], newHeight), axisTaps(width, newWidth)];
  const step = channels > 2 ? 1 : 0; // gray: the same byte for all three
  const result = new Uint8Array(3 * newHeight * newWidth);
  const line = new Float64Array(3 * width); // one new row, of old columns
  for (let row = 0; row < newHeight; row++) {
    line.fill(0);
    for (let t = row * rows.count; t < (row + 1) * rows.count; t++) {
      const weight = rows.weight[t]!;
      let at = rows.index[t]! * width * channels;
      for (let i = 0; i < line.length; i += 3, at += channels) {
        line[i]! += weight * bytes[at]!;
        line[i + 1]! += weight * bytes[at + step]!;
        line[i + 2]! += weight * bytes[at + 2 * step]!;
      }
    }
    for (let column = 0; column < newWidth; column++) {
      let [r, g, b] = [0.5, 0.5, 0.5]; // to the nearest
      for (let t = column * columns.count; t < (column + 1) * columns.count; t++) {
        const weight = columns.weight[t]!;
        const at = 3 * columns.index[t]!;
        r += weight * line[at]!;
        g += weight * line[at + 1]!;
        b += weight * line[at + 2]!;
      }
      const at = 3 * (row * newWidth + column);
      result[at] = r;
      result[at + 1] = g;
      result[at + 2] = b;
    }
  }
  return result;
}

/**
 * Bilinear weights with half-pixel centers; where an axis shrinks, the triangle is as wide as the
 * pixels that become one (as in Pillow), and from a factor of 4 on, the mean of every
 * `floor(factor / 2)` pixels is taken first (as in libvips). The border's pixels go on outside.
 */
function axisTaps(from: number, to: number): Taps {
  const mean = Math.max(1, Math.floor(from / to / 2));
  const groups = Math.ceil(from / mean);
  const factor = from / to / mean;
  const reach = Math.max(1, factor);
  const count = Math.ceil(2 * reach) * mean; // groups less than reach away
  const index = new Int32Array(to * count);
  const weight = new Float64Array(to * count);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * factor - 0.5;
    const first = Math.floor(center - reach) + 1;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const group = first + Math.floor(k / mean);
      const share = Math.max(0, 1 - Math.abs(group - center) / reach);
      const inside = Math.min(Math.max(group, 0), groups - 1);
      index[i * count + k] = Math.min(inside * mean + k % mean, from - 1);
      weight[i * count + k] = share;
      sum += share;
    }
    for (let k = 0; k < count; k++) weight[i * count + k]! /= sum;
  }
  return { count, index, weight };
}
