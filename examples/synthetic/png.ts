/** Turns an SVG into a PNG, by resvg; the font comes along in an npm package. */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { createRequire } from "node:module";
import "@fontsource/lato/package.json" with { type: "json" };

/** Pixels of the PNG per pixel of the SVG. */
const ZOOM = 2;

let ready: Promise<void> | undefined;

/** Renders an SVG at twice its size. Needs read permission for Deno's cache. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const require = createRequire(import.meta.url);
  const read = (name: string) => Deno.readFile(require.resolve(name));
  ready ??= read("@resvg/resvg-wasm/index_bg.wasm").then((wasm) => initWasm(wasm));
  await ready;
  const fontBuffers = await Promise.all(
    [400, 700].map((weight) => read(`@fontsource/lato/files/lato-latin-${weight}-normal.woff2`)),
  );
  const image = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: "Lato", sansSerifFamily: "Lato" },
    fitTo: { mode: "zoom", value: ZOOM },
  });
  return image.render().asPng();
}
