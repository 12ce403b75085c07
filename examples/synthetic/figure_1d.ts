/** The 1-D figure: fitted lines through the training data, and the densities of the labels. */
import type { TopLevelSpec } from "vega-lite";
import type { Result } from "./benchmark.ts";
import type { Dataset } from "./data.ts";
import { cellCenters, density1d } from "./density.ts";

const HEIGHT = 340;
const LINES_WIDTH = 380;
const DENSITY_WIDTH = 320;
/**
 * Least distance between two labels of lines, in px, and the room between them and the right panel.
 */
const LABEL_STEP = 20;
const LABEL_ROOM = 16;
const BANDWIDTH = 0.25;
/** A density below this is not drawn: it would only thicken the axis. */
const EMPTY = 2e-3;
const GRAY = "#9a9a9a";
const ORACLE = { name: "oracle", color: "#000000", dash: [2, 3], weight: 1, bias: 0 };

/** A line of the left panel and a density of the right one. */
interface Entry {
  readonly name: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly weight: number;
  readonly bias: number;
}

/** Describes the figure to vega-lite. */
export function figure1d({ labels: { range }, train, test }: Dataset, results: readonly Result[]) {
  const left = Math.min(range[0], Math.floor(train.x.reduce((a, b) => Math.min(a, b), 0)));
  const fitted: Entry[] = results.map(({ criterion: { name, color, dash }, weight, bias }) => (
    { name, color, dash, weight: weight[0]!, bias: bias[0]! }
  ));
  const entries = [...fitted, ORACLE];
  const scale = {
    color: { domain: entries.map((e) => e.name), range: entries.map((e) => e.color) },
    dash: { domain: entries.map((e) => e.name), range: entries.map((e) => [...e.dash]) },
    // Dashed lines are thinner, so that what they lie on shows.
    width: {
      domain: entries.map((e) => e.name),
      range: entries.map((e) => e.dash.length ? 2.5 : 4),
    },
  };
  const style = {
    color: { field: "name", type: "nominal", scale: scale.color, legend: null },
    strokeDash: { field: "name", type: "nominal", scale: scale.dash, legend: null },
    strokeWidth: { field: "name", type: "ordinal", scale: scale.width, sort: null, legend: null },
  } as const;
  const axisY = {
    field: "y",
    type: "quantitative" as const,
    scale: { domain: [...range], nice: false },
    title: "label y",
  };

  const points = Array.from(train.x, (x, i) => ({ x, y: train.y[i]! }));
  const lines = entries.flatMap((e) =>
    [left, range[1]].map((x) => ({ name: e.name, x, y: e.weight * x + e.bias }))
  );
  const grid = cellCenters(range, 120);
  const densityOf = (name: string, values: Float32Array) =>
    density1d(values, grid, BANDWIDTH).map((p, k) => ({ name, y: grid[k]!, p }))
      .filter(({ p }) => p > EMPTY);
  const predicted = [
    ...results.flatMap(({ criterion, predictions }) => densityOf(criterion.name, predictions)),
    ...densityOf(ORACLE.name, test.y),
  ];
  const top = HEIGHT / (range[1] - range[0]);

  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    spacing: LABEL_ROOM,
    hconcat: [
      {
        title: "Fitted lines (gray: training data)",
        width: LINES_WIDTH,
        height: HEIGHT,
        layer: [
          {
            data: { values: points },
            mark: { type: "circle", aria: false, size: 22, color: GRAY, opacity: 0.4, clip: true },
            encoding: {
              x: {
                field: "x",
                type: "quantitative",
                scale: { domain: [left, range[1]], nice: false },
                title: "input x",
              },
              y: axisY,
            },
          },
          {
            data: { values: lines },
            mark: { type: "line", clip: true },
            encoding: { x: { field: "x", type: "quantitative" }, y: axisY, ...style },
          },
          {
            data: { values: lineLabels(entries, range, LABEL_STEP / top) },
            mark: { type: "text", align: "left", fontSize: 15, fontWeight: "bold" },
            encoding: {
              x: { value: LINES_WIDTH + 8 },
              y: { ...axisY, field: "at" },
              text: { field: "name" },
              color: style.color,
            },
          },
        ],
      },
      {
        title: "Predicted labels (gray: training labels)",
        width: DENSITY_WIDTH,
        height: HEIGHT,
        layer: [
          {
            data: { values: densityOf("training", train.y) },
            mark: { type: "area", orient: "horizontal", color: GRAY, opacity: 0.45 },
            encoding: {
              x: {
                field: "p",
                type: "quantitative",
                title: "density p(y)",
                axis: { tickCount: 5 },
              },
              y: axisY,
            },
          },
          {
            data: { values: predicted },
            mark: { type: "line", orient: "horizontal" },
            encoding: {
              x: { field: "p", type: "quantitative" },
              y: axisY,
              order: { field: "y" },
              ...style,
            },
          },
        ],
      },
    ],
  };
  return spec;
}

/** Where the lines' labels stand: at the lines' ends, as far as they do not touch. */
function lineLabels(
  entries: readonly Entry[],
  [low, high]: readonly [number, number],
  step: number,
) {
  const ends = entries.map(({ name, weight, bias }) => (
    { name, at: Math.min(high, Math.max(low, weight * high + bias)) }
  )).sort((a, b) => b.at - a.at);
  ends.forEach((end, k) => {
    if (k > 0) end.at = Math.min(end.at, ends[k - 1]!.at - step);
  });
  return ends;
}
