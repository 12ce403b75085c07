/** Figures from Vega-Lite specifications. The libraries are loaded on the first call. */
import type { VegaLiteSpec } from "../../mod.ts";

/** Renders a specification as SVG. */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec: compiled } = compile(spec as unknown as Parameters<typeof compile>[0]);
  return await new vega.View(vega.parse(compiled), { renderer: "none" }).toSVG();
}

let resvg: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

/** Renders an SVG as PNG, `scale` times as large; fonts are read from the given files. */
export async function renderPng(
  svg: string,
  fonts: readonly string[],
  scale = 2,
): Promise<Uint8Array> {
  resvg ??= (async () => {
    const module = await import("@resvg/resvg-wasm");
    const wasm = import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm");
    await module.initWasm(await Deno.readFile(new URL(wasm)));
    return module;
  })();
  const { Resvg } = await resvg;
  const fontBuffers = await Promise.all(fonts.map((font) => Deno.readFile(font)));
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers, sansSerifFamily: "DejaVu Sans", defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}
