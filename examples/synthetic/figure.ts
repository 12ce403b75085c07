/** Renders the synthetic benchmark's figure and writes it, as SVG or PNG. */
import type { TopLevelSpec } from "vega-lite";
import type { Result } from "./benchmark.ts";
import type { Dataset } from "./data.ts";
import { figure1d } from "./figure_1d.ts";
import { figure2d } from "./figure_2d.ts";

const FONT = "Lato, Helvetica, Arial, sans-serif";
const CONFIG = {
  font: FONT,
  title: { fontSize: 16, fontWeight: "bold", anchor: "start", offset: 10 },
  axis: {
    labelFlush: false,
    labelFontSize: 14,
    titleFontSize: 15,
    titleFontWeight: "normal",
    gridColor: "#ececec",
    domainColor: "#666",
    tickColor: "#666",
  },
  legend: { labelFontSize: 14, titleFontSize: 15, titleFontWeight: "normal" },
  view: { stroke: null },
} as const;

/** Mean width of a character in units of the font's size: Lato's, a little generous. */
const CHARACTER_WIDTH = 0.55;

/** What vega offers, but does not declare, for measuring text where there is no canvas. */
interface TextMetrics {
  width(item: { text?: unknown; fontSize?: number }, text?: string): number;
}

/** Draws the figure: SVG text. */
export function renderSvg(dataset: Dataset, results: readonly Result[]): Promise<string> {
  return renderSpec(
    dataset.labels.dim === 1 ? figure1d(dataset, results) : figure2d(dataset, results),
  );
}

/** Draws what a specification describes, in the figures' common style: SVG text. */
export async function renderSpec(spec: TopLevelSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // vega's own guess, 0.8 a character, leaves gaps and margins that are far too wide.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  textMetrics.width = ({ text, fontSize = 11 }, given = String(text ?? "")) =>
    CHARACTER_WIDTH * fontSize * given.length;
  const { spec: compiled } = compile({ ...spec, config: CONFIG });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  // Coordinates, not text, to a hundredth of a pixel: a third of the bytes.
  return (await view.toSVG()).replace(
    /\d+\.\d{3,}(?=[^<>]*>)/g,
    (digits) => String(Number(Number(digits).toFixed(2))),
  );
}

/** Draws the figure and writes it: see {@linkcode writeSvg}. */
export async function writeFigure(
  path: string,
  dataset: Dataset,
  results: readonly Result[],
): Promise<void> {
  await writeSvg(path, await renderSvg(dataset, results));
}

/** Writes an SVG, as PNG if the path says so, and makes its folder. */
export async function writeSvg(path: string, svg: string): Promise<void> {
  const folder = path.replace(/[^/\\]*$/, "");
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  if (isPng(path)) {
    const { svgToPng } = await import("./png.ts");
    await Deno.writeFile(path, await svgToPng(svg));
  } else {
    await Deno.writeTextFile(path, svg);
  }
}

/** Whether a path asks for a PNG. */
export function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

/**
 * The permission flags that writing a figure lacks; empty if it may be written. Asks the system,
 * never the user.
 */
export async function missingPermissions(path: string): Promise<string[]> {
  const folder = path.replace(/[/\\]?[^/\\]*$/, "") || ".";
  const needs: [string, Deno.PermissionDescriptor][] = [
    [`--allow-write=${folder}`, { name: "write", path: folder }],
  ];
  // The renderer's WebAssembly and its font lie in Deno's cache.
  if (isPng(path)) needs.push(["--allow-read", { name: "read" }]);
  const states = await Promise.all(needs.map(([, need]) => Deno.permissions.query(need)));
  return needs.map(([flag]) => flag).filter((_, k) => states[k]!.state !== "granted");
}
