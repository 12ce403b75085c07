/** The figure: the error by age over how many pictures training has, and predictions by age. */
import { type ImbalanceReport, imbalanceReport } from "@balanced/mse";
import type { TopLevelSpec } from "vega-lite";
import { CRITERIA, VANILLA } from "./criteria.ts";
import type { Outcome } from "./experiment.ts";

const [WIDTH, HEIGHT, GAP] = [400, 320, 40];
const GRAY = "#9a9a9a";
/** Ages that are looked at together, years: single ones of few pictures jump. */
const BIN = 5;
const POWERS = [1, 10, 100, 1000, 10_000];

/** Describes the figure to vega-lite. */
export async function figureAge(
  { results, trainAges, testAges }: Pick<Outcome, "results" | "trainAges" | "testAges">,
): Promise<TopLevelSpec> {
  const styles = [VANILLA, ...CRITERIA];
  const shown = styles.filter((style) => results.some(({ id }) => id === style.id));
  const curves = (await Promise.all(
    results.map(async ({ name, predictions }) =>
      curveOf(name, await imbalanceReport(trainAges, testAges, predictions, { binWidth: BIN }))
    ),
  )).flat();
  const last = BIN * Math.ceil((1 + testAges.reduce((a, b) => Math.max(a, b))) / BIN);
  const style = {
    color: {
      field: "name",
      type: "nominal" as const,
      scale: { domain: shown.map(({ name }) => name), range: shown.map(({ color }) => color) },
      legend: { title: null, orient: "right" as const, symbolStrokeWidth: 3 },
    },
    strokeDash: {
      field: "name",
      type: "nominal" as const,
      scale: { domain: shown.map(({ name }) => name), range: shown.map(({ dash }) => [...dash]) },
    },
  };
  const age = (field: string, title: string) => ({
    field,
    type: "quantitative" as const,
    scale: { domain: [0, last], nice: false },
    axis: { tickCount: 6, grid: false },
    title,
  });
  const x = age("age", "age (years)");
  const lines = { mark: { type: "line" as const, strokeWidth: 2.5 }, data: { values: curves } };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    spacing: GAP,
    resolve: { legend: { color: "shared", strokeDash: "shared" } },
    hconcat: [
      {
        title: "Error (gray: training pictures)",
        width: WIDTH,
        height: HEIGHT,
        resolve: { scale: { y: "independent" } },
        layer: [densityOf(trainAges, last, x), {
          ...lines,
          encoding: {
            x,
            y: {
              field: "mae",
              type: "quantitative",
              scale: { zero: true },
              axis: { orient: "left", tickCount: 6 },
              title: "MAE (years)",
            },
            ...style,
          },
        }],
      },
      {
        title: "Mean prediction (dotted: truth)",
        width: WIDTH,
        height: HEIGHT,
        layer: [
          {
            data: { values: [0, last].map((at) => ({ age: at, predicted: at })) },
            mark: { type: "line", color: "black", strokeDash: [2, 3], strokeWidth: 2 },
            encoding: { x, y: age("predicted", "predicted age (years)") },
          },
          { ...lines, encoding: { x, y: age("predicted", "predicted age (years)"), ...style } },
        ],
      },
    ],
  };
}

/** The bins' errors and mean predictions. */
function curveOf(name: string, { bins }: ImbalanceReport) {
  return bins.filter(({ testCount }) => testCount > 0).map(({ from, to, mae, bias }) => {
    const age = (from + to) / 2;
    return { name, age, mae: round(mae), predicted: round(age + bias) };
  });
}

/** How many training pictures each age has, on a logarithmic axis at the right. */
function densityOf(ages: Float32Array, last: number, x: object) {
  const counts = new Map<number, number>();
  for (const age of ages) counts.set(age, (counts.get(age) ?? 0) + 1);
  const values = [...counts].filter(([age]) => age < last)
    .map(([age, count]) => ({ from: age, to: age + 1, count }));
  return {
    data: { values },
    mark: { type: "rect" as const, color: GRAY, opacity: 0.4, aria: false },
    encoding: {
      x: { ...x, field: "from", type: "quantitative" as const },
      x2: { field: "to" },
      y: {
        field: "count",
        type: "quantitative" as const,
        scale: { type: "log" as const, domainMin: 0.5, nice: false },
        axis: { orient: "right" as const, grid: false, values: POWERS, format: "~s" },
        title: "training pictures of an age",
      },
      y2: { datum: 0.5 },
    },
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
