/** Pictures out of files: two decoders, one result; every form of file; what is no picture. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { encode } from "fast-png";
import sharp, { type Sharp } from "sharp";
import { type Decode, findDecoder, type Size } from "../../src/vision/pictures/decoder.ts";
import { resizeBytes } from "../../src/vision/pictures/resize_bytes.ts";
import { farthest, patterned, picture } from "../support/pictures.ts";

/** Bytes by which two decoders may differ: libvips places pixels to 1/64, in whole bytes. */
const NEAR = 2;

async function both(): Promise<readonly [Decode, Decode]> {
  const bySharp = await findDecoder("sharp");
  assertEquals(await findDecoder("auto"), bySharp);
  return [bySharp, await findDecoder("wasm")];
}

Deno.test("pictures: both decoders give the same, larger and smaller, whatever the aspect", async () => {
  const [bySharp, byWasm] = await both();
  const sizes: [number, number][] = [[61, 43], [224, 224], [301, 203], [700, 611], [1, 1]];
  for (const [width, height] of sizes) {
    for (const size of [[32, 32], [48, 33], [224, 224]] as Size[]) {
      for (const format of ["jpeg", "png"] as const) {
        const file = await picture(width, height).toFormat(format).toBuffer();
        const [a, b] = [await bySharp(file, size), await byWasm(file, size)];
        assertEquals(a.length, 3 * size[0] * size[1]);
        const most = farthest(a, b);
        assert(most <= NEAR, `${format} ${width} x ${height} to ${size}: ${most}`);
      }
    }
  }
});

/** The definition, pixel by pixel: a triangle around each new center, the border going on. */
function resized(bytes: Uint8Array, [height, width]: Size, [newHeight, newWidth]: Size) {
  const triangle = (d: number, reach: number) => Math.max(0, 1 - Math.abs(d) / reach);
  const at = (y: number, x: number, k: number) => {
    const [row, column] = [
      Math.min(Math.max(y, 0), height - 1),
      Math.min(Math.max(x, 0), width - 1),
    ];
    return bytes[3 * (row * width + column) + k]!;
  };
  const [sy, sx] = [height / newHeight, width / newWidth];
  const [ry, rx] = [Math.max(1, sy), Math.max(1, sx)];
  const result: number[] = [];
  for (let row = 0; row < newHeight; row++) {
    for (let column = 0; column < newWidth; column++) {
      const [cy, cx] = [(row + 0.5) * sy - 0.5, (column + 0.5) * sx - 0.5];
      const sums = [0, 0, 0];
      let whole = 0;
      for (let y = Math.floor(cy - ry); y <= cy + ry; y++) {
        for (let x = Math.floor(cx - rx); x <= cx + rx; x++) {
          const weight = triangle(y - cy, ry) * triangle(x - cx, rx);
          whole += weight;
          sums.forEach((_, k) => sums[k]! += weight * at(y, x, k));
        }
      }
      result.push(...sums.map((sum) => sum / whole));
    }
  }
  return result;
}

Deno.test("pictures: a resize is the triangle's mean, as Pillow's, to half a byte", () => {
  const cases: [Size, Size][] = [[[17, 23], [9, 20]], [[5, 7], [11, 7]], [[9, 4], [9, 31]], [
    [31, 8],
    [8, 8],
  ], [[1, 1], [2, 3]]];
  for (const [from, to] of cases) {
    const bytes = patterned(from[1], from[0]);
    const got = resizeBytes({ bytes, size: from, channels: 3 }, to);
    resized(bytes, from, to).forEach((truth, i) => {
      assert(Math.abs(got[i]! - truth) <= 0.5 + 1e-9, `${from} to ${to} at ${i}: ${got[i]}`);
    });
  }
  // From a factor of 4 on, means first: 8 to 1 is a mean of four means of 2, weighed by triangles.
  const ramp = Uint8Array.from({ length: 48 }, (_, i) => 10 * Math.floor(i / 3));
  const means = Uint8Array.from({ length: 24 }, (_, i) => 5 + 20 * Math.floor(i / 3));
  assertEquals(
    resizeBytes({ bytes: ramp, size: [1, 16], channels: 3 }, [1, 4]),
    resizeBytes({ bytes: means, size: [1, 8], channels: 3 }, [1, 4]),
  );
});

Deno.test("pictures: gray, palette, alpha, 16 bits, interlaced, progressive, turned, with a profile", async () => {
  const [bySharp, byWasm] = await both();
  const [width, height] = [61, 43];
  const own = picture(width, height);
  const alpha = Buffer.from(Uint8Array.from({ length: width * height }, (_, i) => i));
  const withAlpha = own.clone().joinChannel(alpha, { raw: { width, height, channels: 1 } });
  const forms: Record<string, Sharp> = {
    "gray JPEG": own.clone().grayscale().jpeg(),
    "gray PNG": own.clone().grayscale().png(),
    palette: own.clone().png({ palette: true }),
    "palette of 3 bits": own.clone().png({ palette: true, colours: 7 }),
    alpha: withAlpha.clone().png(),
    "gray and alpha": withAlpha.clone().toColourspace("b-w").png(),
    "palette with alpha": withAlpha.clone().png({ palette: true }),
    "16 bits": own.clone().toColourspace("rgb16").png(),
    "gray of 16 bits": own.clone().toColourspace("grey16").png(),
    interlaced: own.clone().png({ progressive: true }),
    progressive: own.clone().jpeg({ progressive: true }),
    "full color": own.clone().jpeg({ chromaSubsampling: "4:4:4" }),
    turned: own.clone().withMetadata({ orientation: 6 }).jpeg(),
    profile: own.clone().withIccProfile("p3").jpeg(),
  };
  for (const [name, form] of Object.entries(forms)) {
    const file = await form.toBuffer();
    for (const size of [[20, 30], [height, width], [50, 61]] as Size[]) {
      const most = farthest(await bySharp(file, size), await byWasm(file, size));
      assert(most <= NEAR, `${name} to ${size}: ${most}`);
    }
  }
  // Grays of 2 bits: 0, 1, 2, 3, 0.
  const data = Uint8Array.of(0b00011011, 0);
  const grays = encode({ width: 5, height: 1, channels: 1, depth: 2, data });
  for (const decode of [bySharp, byWasm]) {
    assertEquals(
      [...await decode(grays, [1, 5])],
      [0, 85, 170, 255, 0].flatMap((gray) => [gray, gray, gray]),
    );
  }
  const size = [height, width] as const;
  const bytes = patterned(width, height);
  for (const decode of [bySharp, byWasm]) {
    assertEquals(new Uint8Array(await decode(await forms.alpha!.toBuffer(), size)), bytes);
    const gray = await decode(await forms["gray PNG"]!.toBuffer(), size);
    assert(gray.every((value, i) => value === gray[i - i % 3]));
    // Orientation 6: what is stored as the left is the top.
    const turned = await decode(await forms.turned!.toBuffer(), [width, height]);
    const stored = await decode(await own.clone().jpeg().toBuffer(), size);
    assertEquals(
      [...turned.subarray(0, 3)],
      [...stored.subarray(3 * width * (height - 1), 3 * width * (height - 1) + 3)],
    );
  }
});

Deno.test("pictures: CMYK is known to sharp, and without it refused with that remedy", async () => {
  const [bySharp, byWasm] = await both();
  const red = sharp({ create: { width: 8, height: 8, channels: 3, background: "#c02020" } });
  const file = await red.clone().toColourspace("cmyk").jpeg().toBuffer();
  const [r, g, b] = await bySharp(file, [4, 4]);
  assert(r! > 120 && g! < 90 && b! < 90, `${[r, g, b]}`);
  await assertRejects(() => byWasm(file, [4, 4]), Error, "sharp knows CMYK");
  const next = await byWasm(await red.clone().jpeg().toBuffer(), [4, 4]); // it goes on
  assert(Math.abs(next[0]! - 192) <= 4);
});

Deno.test("pictures: what is cut off, damaged, empty or of another kind is refused", async () => {
  const jpeg = await picture(64, 64).jpeg().toBuffer();
  const png = await picture(64, 64).png().toBuffer();
  const damaged = new Uint8Array(png);
  damaged[300]! ^= 1;
  const cases: [Uint8Array, RegExp][] = [
    [jpeg.subarray(0, jpeg.length / 2), /premature end/i],
    [jpeg.subarray(0, 20), /./],
    [png.subarray(0, png.length / 2), /./],
    [damaged, /libpng|CRC/],
    [new Uint8Array(0), /^it is empty$/],
    [await picture(8, 8).webp().toBuffer(), /^it begins with 52 49 46 46$/],
  ];
  for (const decode of await both()) {
    for (const [file, words] of cases) {
      const { message } = await assertRejects(() => decode(file, [8, 8]), Error);
      assert(words.test(message), message);
    }
    // Bytes behind the end are not.
    assertEquals((await decode(Uint8Array.of(...jpeg, 1, 2, 3), [8, 8])).length, 192);
  }
});
