/**
 * Draws the comparison's figure: the error of each way by label, over how often labels were seen.
 */
import { imbalanceFigure } from "@balanced/mse";
import type { TopLevelSpec } from "vega-lite";
import { isPng, renderSpec } from "../synthetic/figure.ts";
import type { Result } from "./compare.ts";
import type { Dataset } from "./datasets.ts";

const WIDTH = 560;

/** Draws the figure: SVG text. */
export function renderFigure(
  results: readonly Pick<Result, "id" | "name" | "report">[],
  { target, unit, per }: Pick<Dataset, "target" | "unit"> & { readonly per?: number | undefined },
): Promise<string> {
  // A held sigma may be far off, and its error would flatten all other lines: the table has it.
  const learned = results.some(({ id }) => id === "balanced");
  const reports = results.filter(({ id }) => !(learned && id === "balanced-held"))
    .map(({ name, report }) => [name, report] as const);
  const spec = imbalanceFigure(Object.fromEntries(reports), {
    label: target,
    width: WIDTH,
    ...(unit !== undefined && { unit }),
  });
  const whole = JSON.stringify({ ...spec, padding: 8 });
  const perBin = per === undefined ? whole : whole.replace('"per bin"', `"per ${round(per)}"`);
  return renderSpec(JSON.parse(perBin) as TopLevelSpec);
}

/** Three digits, to be read. */
export function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** Writes the figure, as PNG if the path says so, and makes its folder. */
export async function writeFigure(path: string, svg: string): Promise<void> {
  const folder = path.replace(/[^/\\]*$/, "");
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  if (isPng(path)) {
    const { svgToPng } = await import("../synthetic/png.ts");
    await Deno.writeFile(path, await svgToPng(svg));
  } else {
    await Deno.writeTextFile(path, svg);
  }
}
