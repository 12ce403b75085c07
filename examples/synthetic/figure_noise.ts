/** The figure of the test error against the sigma that Balanced MSE is given. */
import type { TopLevelSpec } from "vega-lite";
import type { Criterion } from "./criteria.ts";
import { NOISE_SIGMA } from "./data.ts";

/** One criterion under one sigma. */
export interface NoisePoint {
  readonly criterion: Criterion;
  /** The sigma that is held, in units of the true one; absent for a level that all sigmas share. */
  readonly sigma?: number;
  /** Mean squared errors on the test set, one a seed. */
  readonly testMses: readonly number[];
}

const WIDTH = 560;
const HEIGHT = 340;
const GRAY = "#666";

/** The middle number, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return (low + high) / 2;
}

/**
 * Describes the figure to vega-lite: a curve over the held sigmas, a level for each of the others.
 */
export function figureNoise(points: readonly NoisePoint[]): TopLevelSpec {
  const sigmas = points.flatMap(({ sigma }) => sigma ?? []);
  const [low, high] = [Math.min(...sigmas), Math.max(...sigmas)];
  const held = points.filter(({ sigma }) => sigma !== undefined);
  const levels = points.filter(({ sigma }) => sigma === undefined);
  const curve = held.map(({ sigma, testMses }) => ({ sigma, mse: median(testMses) }));
  const { color } = held[0]!.criterion;

  const x = {
    field: "sigma",
    type: "quantitative" as const,
    scale: { type: "log" as const, domain: [low, high], nice: false },
    axis: { values: [0.1, 0.2, 0.5, 1, 2, 5, 10], format: "~g", grid: false },
    title: `sigma given to the loss, in units of the true one (${NOISE_SIGMA} label unit)`,
  };
  const y = {
    field: "mse",
    type: "quantitative" as const,
    scale: { type: "log" as const },
    axis: { values: [0.001, 0.01, 0.1, 1, 10, 100, 1000], format: "~g" },
    title: "test MSE (label units squared)",
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    title: "Test error against sigma (dots: seeds, line: their median)",
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: [{ sigma: 1 }] },
        mark: { type: "rule", color: GRAY, strokeDash: [2, 3], aria: false },
        encoding: { x },
      },
      ...levels.map(({ criterion: { name, color, dash }, testMses }) => ({
        data: { values: [{ sigma: high, mse: median(testMses), name }] },
        encoding: { y },
        layer: [
          { mark: { type: "rule" as const, color, strokeDash: [...dash], strokeWidth: 3 } },
          {
            mark: { type: "text" as const, color, ...LABEL },
            encoding: { x: { value: WIDTH + 8 }, text: { field: "name" } },
          },
        ],
      })),
      {
        data: {
          values: held.flatMap(({ sigma, testMses }) => testMses.map((mse) => ({ sigma, mse }))),
        },
        mark: { type: "circle", color, size: 45, opacity: 0.35, aria: false },
        encoding: { x, y },
      },
      {
        data: { values: curve },
        mark: { type: "line", color, strokeWidth: 4 },
        encoding: { x, y },
      },
      {
        data: { values: [{ ...curve.at(-1)!, name: "BMC" }] },
        mark: { type: "text", color, ...LABEL },
        encoding: { x: { value: WIDTH + 8 }, y, text: { field: "name" } },
      },
    ],
  };
}

/** The lines' names, at their right ends. */
const LABEL = { align: "left", fontSize: 15, fontWeight: "bold" } as const;
