/**
 * Draws what `imbalanceFigure` makes of two made-up models of age, prints their tables, and writes
 * `out/imbalance.svg`; with the path of a TrueType font also `out/imbalance.png`:
 *
 *     deno run --allow-read --allow-write=out scripts/imbalance_figure.ts [font.ttf]
 *
 * One model falls back on the common ages where it saw few, the other does so less and is noisier.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { imbalanceFigure, imbalanceReport, imbalanceTable } from "../mod.ts";
import { renderPng, renderSvg } from "./support/render.ts";

const generator = xoroshiro128plus(1);
const uniform = () => uniformFloat64(generator);
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const age = () =>
  Math.round(Math.min(95, Math.abs(32 + 14 * normal() + (uniform() < 0.1 ? 30 : 0))));

const train = Array.from({ length: 8000 }, age);
const test = Array.from({ length: 2000 }, (_, i) => i % 100).filter((label) => label < 97);
const predict = (shrinkage: number, noise: number) =>
  test.map((label) =>
    label + shrinkage * (35 - label) * Math.min(1, ((label - 35) / 40) ** 2) + noise * normal()
  );
const reports = {
  "MSE": await imbalanceReport(train, test, predict(0.6, 4)),
  "Balanced MSE": await imbalanceReport(train, test, predict(0.2, 5)),
};
for (const [name, report] of Object.entries(reports)) {
  console.log(`${name}\n${imbalanceTable(report)}\n`);
}

const svg = await renderSvg(imbalanceFigure(reports, { label: "age", unit: "years" }));
await Deno.mkdir("out", { recursive: true });
await Deno.writeTextFile("out/imbalance.svg", svg);
const [font] = Deno.args;
if (font !== undefined) await Deno.writeFile("out/imbalance.png", await renderPng(svg, [font]));
