/** The figure of test error against the noise's sigma. */
import type { TopLevelSpec } from "vega-lite";
export interface NoiseRun { readonly id: string; readonly sigma: number; readonly testMse: number }
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
export function figureNoise(runs: readonly NoiseRun[]): TopLevelSpec {
  return { data: { values: [...runs] }, mark: "point", encoding: { x: { field: "sigma", type: "quantitative" }, y: { field: "testMse", type: "quantitative" } } } as TopLevelSpec;
}
