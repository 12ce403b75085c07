/**
 * Decodes without FFI: JPEG by mozjpeg in WebAssembly, PNG in JavaScript.
 *
 * @module
 */
import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from "fast-png";
import { host } from "../../files/host.ts";
import { type Decode, formatOf } from "./decoder.ts";
import { type Pixels, resizeBytes } from "./resize_bytes.ts";

/** `@jsquash/jpeg`, whose own types leave out a module that is compiled beforehand. */
interface Jpeg {
  init(module: WebAssembly.Module, options: { printErr(text: string): void }): Promise<void>;
  default(
    file: Uint8Array,
    options: { preserveOrientation: boolean },
  ): Promise<{ data: Uint8ClampedArray; width: number; height: number }>;
}

/** Loads and compiles the decoder. */
export async function wasmDecoder(): Promise<Decode> {
  const jpeg = await import("@jsquash/jpeg/decode.js") as unknown as Jpeg;
  const said: string[] = [];
  await jpeg.init(await compiled(), { printErr: (text) => void said.push(text) });

  const decodeJpeg = async (file: Uint8Array): Promise<Pixels> => {
    said.length = 0;
    let image: Awaited<ReturnType<Jpeg["default"]>>;
    try {
      image = await jpeg.default(file, { preserveOrientation: true });
    } catch {
      const reason = said.join(", ");
      const remedy = reason.startsWith("Unsupported color") ? ", sharp knows CMYK" : "";
      throw new Error(`${reason || "it is damaged"}${remedy}`);
    }
    // The rest is gray then; other warnings are of small faults.
    const end = said.find((text) => text.startsWith("Premature end"));
    if (end !== undefined) throw new Error(end);
    const { data, width, height } = image;
    return { bytes: data, size: [height, width], channels: 4 };
  };
  // What it says belongs to one picture as long as there is one at a time.
  let last: Promise<unknown> = Promise.resolve();
  return async (file, size) => {
    if (formatOf(file) === "png") return resizeBytes(pngPixels(file), size);
    const pixels = last.then(() => decodeJpeg(file));
    last = pixels.catch(() => {});
    return resizeBytes(await pixels, size);
  };
}

/** The package's own way would fetch the file, which Node cannot. */
async function compiled(): Promise<WebAssembly.Module> {
  const files = host();
  if (!files) throw new Error("the host has no file system");
  const { createRequire } = await import("node:module");
  const path = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  return await WebAssembly.compile(await files.fs.readFile(path) as Uint8Array<ArrayBuffer>);
}

function pngPixels(file: Uint8Array): Pixels {
  // It reads from the beginning of the buffer.
  const png = decodePng(file.slice(), { checkCrc: true });
  const size = [png.height, png.width] as const;
  const { data, channels } = png.palette || png.depth < 8 ? unpacked(png) : png;
  // 16 bits: the upper eight, as libvips takes.
  const bytes = png.depth === 16 ? Uint8Array.from(data, (value) => value >> 8) : data;
  return { bytes: bytes as Uint8Array, size, channels };
}

/** Pixels of a palette, or of less than a byte, which is one of grays. */
function unpacked(png: DecodedPng): Pick<Pixels, "channels"> & { data: Uint8Array } {
  const most = 2 ** png.depth - 1;
  const grays = Array.from({ length: most + 1 }, (_, k) => {
    const gray = Math.round(255 * k / most);
    return [gray, gray, gray] as [number, number, number];
  });
  const palette = png.palette ?? grays;
  return { data: convertIndexedToRgb({ ...png, palette }), channels: palette[0]!.length };
}
