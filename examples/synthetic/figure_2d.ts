/** The 2-D figure: heat maps of the label densities, side by side. */
import type { TopLevelSpec } from "vega-lite";
import type { Result } from "./benchmark.ts";
import type { Dataset } from "./data.ts";
import { cellCenters, density2d } from "./density.ts";

const SIDE = 200;
const CELLS = 30;
const COLUMNS = 3;
const BANDWIDTH = 0.4;
/** Cells below this density are left to the background, which has the color of 0. */
const EMPTY = 5e-5;
/** Cells overlap by this much of the label, so that no seam shows between them. */
const OVERLAP = 0.02;
const COLOR_OF_ZERO = "#440154";

/** Describes the figure to vega-lite. */
export function figure2d({ labels: { range }, train, test }: Dataset, results: readonly Result[]) {
  const grid = cellCenters(range, CELLS);
  const half = (range[1] - range[0]) / CELLS / 2;
  const panels = [
    { title: "Training labels", points: train.y },
    { title: "Test labels (oracle)", points: test.y },
    ...results.map(({ criterion, predictions }) => ({
      title: criterion.name,
      points: predictions,
    })),
  ].map(({ title, points }) => ({ title, density: density2d(points, grid, BANDWIDTH) }));
  const peak = Math.max(...panels.flatMap(({ density }) => density.flat()));
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain: [...range], nice: false },
    axis: { values: [-5, 0, 5], grid: false },
    title,
  });

  const color = {
    field: "p",
    type: "quantitative" as const,
    scale: { type: "sqrt" as const, domain: [0, peak], scheme: "viridis" as const },
    legend: {
      title: "density p(y)",
      titlePadding: 12,
      gradientLength: SIDE,
      values: [0.01, 0.05, 0.1, 0.15],
    },
  };

  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    columns: COLUMNS,
    spacing: 18,
    concat: panels.map(({ title, density }) => ({
      title,
      width: SIDE,
      height: SIDE,
      view: { fill: COLOR_OF_ZERO, stroke: null },
      data: { values: cells(density, grid, half) },
      mark: { type: "rect", aria: false, clip: true },
      encoding: {
        x: axis("left", "label y1"),
        x2: { field: "right" },
        y: axis("bottom", "label y2"),
        y2: { field: "top" },
        color,
      },
    })),
    resolve: { scale: { color: "shared" } },
  };
  return spec;
}

function cells(density: number[][], grid: number[], half: number) {
  const round = (value: number) => Number(value.toPrecision(4));
  return density.flatMap((row, a) =>
    row.map((p, b) => ({
      left: round(grid[a]! - half),
      right: round(grid[a]! + half + OVERLAP),
      bottom: round(grid[b]! - half),
      top: round(grid[b]! + half + OVERLAP),
      p: round(p),
    }))
  ).filter(({ p }) => p > EMPTY);
}
