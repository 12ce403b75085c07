/** The ages of pictures, in whole years. */
import type { ImageItem } from "@balanced/mse/vision";

/** In the order of the pictures. */
export function agesOf(items: readonly ImageItem[]): Float32Array {
  return Float32Array.from(items, ({ label }) => label as number);
}
