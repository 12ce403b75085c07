/**
 * How many pictures a second does `imageBatches` bring to the device, by each decoder?
 *
 * Adds its section to bench/vision.md, which bench/vision.ts has written; `deno task bench:vision` runs both.
 */
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { imageBatches, type ImageItem } from "../src/vision/image_batches.ts";
import { webgpu } from "./support/adapter.ts";
import { digits } from "./support/format.ts";

const RESULTS = new URL("vision.md", import.meta.url);

/** Files of a made face data set: their number, sides in pixels and JPEG quality. */
const FILES = { count: 512, side: 300, quality: 90 };
const SIZE = 224;
const BATCH = 64;

/** Pictures of soft shapes with some noise, about as many bytes as a photograph. */
async function draw(folder: string): Promise<ImageItem[]> {
  const { count, side, quality } = FILES;
  const items: ImageItem[] = [];
  for (let k = 0; k < count; k++) {
    const path = `${folder}/${k}.jpg`;
    const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / 3 / side), Math.floor(i / 3) % side];
      const wave = Math.sin((row + k) / 17 + i % 3) * Math.cos((column - k) / 23);
      return 128 + 80 * wave + 24 * (((i * 7919 + k * 104729) % 1009) / 1009 - 0.5);
    });
    const raw = { width: side, height: side, channels: 3 } as const;
    await sharp(data, { raw }).jpeg({ quality }).toFile(path);
    items.push({ path, label: k % 100 });
  }
  return items;
}

/** Pictures a second of an epoch, until the device has the last one. */
async function perSecond(items: readonly ImageItem[], decoder: "sharp" | "wasm"): Promise<number> {
  const batches = imageBatches({ items, size: SIZE, batchSize: BATCH, augment: {}, decoder });
  const start = performance.now();
  let last = tf.scalar(0);
  for await (const { x } of batches()) {
    last.dispose();
    last = tf.tidy(() => tf.sum(x as tf.Tensor));
  }
  await last.data();
  last.dispose();
  return 1e3 * items.length / (performance.now() - start);
}

await webgpu();
const folder = await Deno.makeTempDir();
const lines = [
  "",
  "## Pictures",
  "",
  `\`imageBatches\`: ${FILES.count} JPEG files of ${FILES.side} x ${FILES.side} pixels to ${SIZE}, augmented, batches of ${BATCH}, two read ahead,`,
  "nothing else to do; the second epoch.",
  "",
  "| decoder | pictures/s |",
  "|--|--:|",
];
try {
  const items = await draw(folder);
  for (const decoder of ["sharp", "wasm"] as const) {
    await perSecond(items, decoder);
    lines.push(`| ${decoder} | ${digits(await perSecond(items, decoder))} |`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(lines.join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n") + "\n", { append: true });
