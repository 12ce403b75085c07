/**
 * Decodes by sharp (libvips): in threads of its own.
 *
 * @module
 */
import type { Sharp, SharpOptions } from "sharp";
import { type Decode, formatOf } from "./decoder.ts";
import { resizeBytes } from "./resize_bytes.ts";

/**
 * Broken files are refused; small faults, such as bytes between markers, are not: Pillow passes
 * over them, too. Profiles would change the numbers.
 */
const READ: SharpOptions = { failOn: "error", ignoreIcc: true };

/** Loads sharp. */
export async function sharpDecoder(): Promise<Decode> {
  const { default: sharp } = await import("sharp");
  // No picture is decoded twice in a row, and several are at once: each takes one thread.
  sharp.cache(false);
  sharp.concurrency(1);

  const rgb = (image: Sharp) =>
    image.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return async (file, size) => {
    const [height, width] = size;
    // Its enlargement is shifted by up to half a pixel: such an axis is left to resizeBytes.
    const resized = (image: Sharp) =>
      rgb(image.resize(width, height, { fit: "fill", kernel: "linear", withoutEnlargement: true }));
    let result: Awaited<ReturnType<typeof rgb>>;
    if (formatOf(file) === "jpeg") {
      // With a color space said, it does not take a JPEG at half its size, stretched a little.
      result = await resized(sharp(file, READ).pipelineColourspace("srgb").autoOrient());
    } else {
      // With alpha, its resize would weigh colors by it: dropped before.
      const { data, info } = await rgb(sharp(file, READ));
      const raw = { width: info.width, height: info.height, channels: 3 } as const;
      result = await resized(sharp(data, { raw }));
    }
    const { data: bytes, info } = result;
    if (info.height === height && info.width === width) return bytes;
    return resizeBytes({ bytes, size: [info.height, info.width], channels: 3 }, size);
  };
}
