/**
 * Pictures out of files: what decodes them, and which way is taken.
 *
 * @module
 */

/** Pixels: rows and columns. */
export type Size = readonly [height: number, width: number];

/**
 * Makes a JPEG or PNG file a picture of `size`: its bytes `[height, width, 3]`, RGB. Gray becomes
 * three equal channels, alpha is dropped, a JPEG is turned as its EXIF says, color profiles are
 * passed over. Throws an `Error` whose message is the reason alone.
 */
export type Decode = (file: Uint8Array, size: Size) => Promise<Uint8Array>;

/** The ways to decode, and the one that suits. */
export const DECODERS = ["auto", "sharp", "wasm"] as const;

/** See {@linkcode DECODERS}. */
export type DecoderName = typeof DECODERS[number];

/** What a file is, by its first bytes. */
export type Format = "jpeg" | "png";

const SIGNATURES: readonly (readonly [Format, readonly number[]])[] = [
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
];

/** Tells JPEG from PNG, and refuses the rest. */
export function formatOf(file: Uint8Array): Format {
  const known = SIGNATURES.find(([, bytes]) => bytes.every((byte, i) => file[i] === byte));
  if (known) return known[0];
  if (file.length === 0) throw new Error("it is empty");
  const first = [...file.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  throw new Error(`it begins with ${first.join(" ")}`);
}

/** How each is loaded, once. */
const LOADERS = {
  sharp: async () => (await import("./sharp_decoder.ts")).sharpDecoder(),
  wasm: async () => (await import("./wasm_decoder.ts")).wasmDecoder(),
};
const loaded: { [name in keyof typeof LOADERS]?: Promise<Decode> } = {};

/**
 * Finds a decoder: `auto` is sharp where it is installed and permitted, else WebAssembly.
 *
 * @throws {Error} If there is none, with what to install or permit.
 */
export async function findDecoder(name: DecoderName): Promise<Decode> {
  const names = name !== "auto"
    ? [name]
    : await mayUseFfi()
    ? ["sharp", "wasm"] as const
    : ["wasm"] as const;
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return await (loaded[name] ??= LOADERS[name]());
    } catch (error) {
      reasons.push(`${name}: ${firstLines(error)}`);
    }
  }
  throw new Error(
    "Cannot read pictures as a decoder must be installed and permitted: npm:sharp@0.35.5 (in " +
      "Deno with --allow-ffi, --allow-env and --allow-read), or without FFI " +
      `npm:@jsquash/jpeg@1.6.0 (with --allow-read): current errors are ${reasons.join("; ")}`,
  );
}

/** Deno would ask on the terminal; Node has nothing to ask for. */
async function mayUseFfi(): Promise<boolean> {
  const { Deno: deno } = globalThis as { Deno?: { permissions: Permissions } };
  if (!deno) return true;
  for (const name of ["ffi", "env", "read"]) {
    const { state } = await deno.permissions.query({ name });
    if (state !== "granted") return false;
  }
  return true;
}

interface Permissions {
  query(descriptor: { name: string }): Promise<{ state: string }>;
}

/** What counts of an error that tells half a page. */
function firstLines(error: unknown): string {
  return String((error as Error).message).split("\n").slice(0, 2).join(" ");
}
