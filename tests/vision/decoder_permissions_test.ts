/** Which decoder is taken where FFI is not permitted; in a file of its own, as sharp loads once. */
import { assertEquals, assertRejects } from "@std/assert";
import { findDecoder } from "../../src/vision/pictures/decoder.ts";
import { encode } from "fast-png";

const permissions = { read: true, ffi: false, env: false } as const;

Deno.test("decoders: without FFI, WebAssembly", { permissions }, async () => {
  const decode = await findDecoder("auto");
  assertEquals(decode, await findDecoder("wasm"));
  const data = new Uint8Array(12).fill(9);
  assertEquals(
    await decode(encode({ width: 2, height: 2, channels: 3, data }), [1, 1]),
    Uint8Array.of(9, 9, 9),
  );
});

Deno.test(
  "decoders: what is not permitted says what to install and permit",
  { permissions },
  async () => {
    await assertRejects(
      () => findDecoder("sharp"),
      Error,
      "Cannot read pictures as a decoder must be installed and permitted: npm:sharp@0.35.5 (in Deno " +
        "with --allow-ffi",
    );
  },
);
