/** Defaults of the metrics' options, and bounds that rounding must not pass. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  balancedMeanAbsoluteError,
  boxPlotRelevance,
  type BoxPlotRelevanceOptions,
  meanAbsoluteError,
  pearsonCorrelation,
  referenceSample,
  shotwise,
} from "../../mod.ts";
import { normals } from "../support/cases.ts";

Deno.test("defaults: box-plot relevance", async () => {
  const labels = [1, 2, 2, 3, 3, 3, 4, 4, 6, 9, 30, -7];
  const plain = await boxPlotRelevance(labels);
  const documented = { extremes: "both", boxPlot: "adjusted", coefficient: 1.5 } as const;
  assertEquals(await boxPlotRelevance(labels, documented), plain);
  const others: BoxPlotRelevanceOptions[] = [
    { extremes: "high" },
    { extremes: "low" },
    { boxPlot: "standard" },
    { coefficient: 1.6 },
  ];
  for (const change of others) {
    assertNotEquals(await boxPlotRelevance(labels, change), plain, JSON.stringify(change));
  }
});

Deno.test("defaults: bins of width 1 that begin at whole numbers, 100 and 20 labels", async () => {
  const next = normals(5);
  const train = Array.from({ length: 900 }, () => 6 * Math.abs(next()));
  const target = train.slice(0, 300).map((label) => label * 1.1);
  const pred = target.map((label) => label + next());
  const bins = { binWidth: 1, align: "edge" } as const;
  const balanced = await balancedMeanAbsoluteError(pred, target);
  assertEquals(await balancedMeanAbsoluteError(pred, target, bins), balanced);
  assertNotEquals(await balancedMeanAbsoluteError(pred, target, { align: "center" }), balanced);
  const shots = await shotwise(meanAbsoluteError, pred, target, train);
  const documented = { ...bins, many: 100, few: 20 };
  assertEquals(await shotwise(meanAbsoluteError, pred, target, train, documented), shots);
  const sample = await referenceSample(train, 50);
  assertEquals(await referenceSample(train, 50, { seed: 0, stratified: false }), sample);
  assertNotEquals(await referenceSample(train, 50, { stratified: true }), sample);
});

Deno.test("bounds: no correlation passes 1, however it is rounded", async () => {
  const next = normals(6);
  for (let size = 2; size < 300; size++) {
    const x = Array.from({ length: size }, next);
    const [scale, shift] = [next(), next()];
    const value = await pearsonCorrelation(x, x.map((y) => scale * y + shift));
    assert(Math.abs(value) <= 1 && Math.abs(value) > 1 - 1e-12, `${size}: ${value}`);
  }
});
