/** The figure of the rotation benchmark: a strip of pictures; predictions and errors by angle. */
import type { TopLevelSpec } from "vega-lite";
import { BIN_WIDTH, type Result } from "./benchmark.ts";
import { LIMIT, type Split } from "./data.ts";
import { figureStrip } from "./figure_strip.ts";
import { spread } from "./summary.ts";

const [WIDTH, HEIGHT, GAP] = [315, 280, 30];
const GRAY = "#9a9a9a";
/** The middles of the label bins. */
const CENTERS = Array.from(
  { length: 2 * LIMIT / BIN_WIDTH },
  (_, k) => -LIMIT + BIN_WIDTH * (k + 0.5),
);
const TICKS = [-90, -60, -30, 0, 30, 60, 90];

/**
 * Describes the figure to vega-lite: the strip is of the first seed's test set, the panels are
 * means over seeds.
 *
 * @param test The first seed's test set.
 * @param clean The same without grain.
 * @param results Results, the first seed's first.
 */
export function figureRotation(
  test: Split,
  clean: Split,
  results: readonly Result[],
): TopLevelSpec {
  const first = results.filter(({ seed }) => seed === results[0]!.seed);
  const criteria = first.map(({ criterion }) => criterion);
  const byAngle = criteria.flatMap((criterion) => {
    const bins = results.filter((result) => result.criterion === criterion)
      .flatMap(({ report }) => report.bins).filter(({ testCount }) => testCount > 0);
    return CENTERS.flatMap((angle) => {
      const own = bins.filter(({ from, to }) => from < angle && angle < to);
      const mean = (key: "bias" | "mae") => round(spread(own.map((bin) => bin[key])).mean);
      if (own.length === 0) return [];
      return { name: criterion.name, angle, predicted: angle + mean("bias"), mae: mean("mae") };
    });
  });
  const training = results[0]!.report.bins
    .map(({ from, to, trainCount }) => ({ from, to, trainCount }));
  const top = 20 * Math.ceil(Math.max(...byAngle.map(({ mae }) => mae)) / 20);
  const names = criteria.map(({ name }) => name);
  const style = {
    color: {
      field: "name",
      type: "nominal" as const,
      scale: { domain: names, range: criteria.map(({ color }) => color) },
      legend: null,
    },
    strokeDash: {
      field: "name",
      type: "nominal" as const,
      scale: { domain: names, range: criteria.map(({ dash }) => [...dash]) },
      legend: null,
    },
  };
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain: [-LIMIT, LIMIT], nice: false },
    axis: { values: TICKS },
    title,
  });
  const x = axis("angle", "true angle (degrees)");
  const curve = { mark: { type: "line" as const, strokeWidth: 3 }, data: { values: byAngle } };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    spacing: 24,
    vconcat: [
      figureStrip(test, clean, first),
      {
        spacing: GAP,
        hconcat: [
          {
            title: "Mean prediction (colors as above, dotted: truth)",
            width: WIDTH,
            height: HEIGHT,
            layer: [
              {
                data: {
                  values: [-LIMIT, LIMIT].map((angle) => ({ angle, predicted: angle })),
                },
                mark: { type: "line", color: "black", strokeDash: [2, 3], strokeWidth: 2 },
                encoding: { x, y: axis("predicted", "predicted angle (degrees)") },
              },
              {
                ...curve,
                encoding: { x, y: axis("predicted", "predicted angle (degrees)"), ...style },
              },
            ],
          },
          {
            title: "Error (gray: training pictures of the first seed)",
            width: WIDTH,
            height: HEIGHT,
            resolve: { scale: { y: "independent" } },
            layer: [
              {
                data: { values: training },
                mark: { type: "rect", color: GRAY, opacity: 0.45, aria: false },
                encoding: {
                  x: { ...x, field: "from" },
                  x2: { field: "to" },
                  y: {
                    field: "trainCount",
                    type: "quantitative",
                    title: `training pictures per ${BIN_WIDTH} degrees`,
                    axis: { orient: "right", grid: false, tickCount: 5 },
                  },
                  y2: { datum: 0 },
                },
              },
              {
                ...curve,
                encoding: {
                  x,
                  y: {
                    field: "mae",
                    type: "quantitative",
                    scale: { domain: [0, top], nice: false },
                    title: "MAE (degrees)",
                    axis: { orient: "left" },
                  },
                  ...style,
                },
              },
            ],
          },
        ],
      },
    ],
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
