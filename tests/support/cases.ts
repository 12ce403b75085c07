/** The shapes and values that every suite runs over: odd, extreme and everyday. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Prior, Problem } from "./reference.ts";

export interface Case extends Problem {
  name: string;
}

/** Standard normal numbers, rounded to float32 so that truth and tensor see the same input. */
export function normals(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
    return Math.fround(radius * Math.cos(2 * Math.PI * uniformFloat64(generator)));
  };
}

interface Options {
  rows: number;
  dim: number;
  /** Noise sigma in units of the labels' spread. */
  sigma: number;
  /** Columns of a reference prior; without it the batch is the prior (BMC). */
  columns?: number;
  weights?: boolean;
  spread?: boolean;
  /** Added to labels and predictions: years, kelvins. */
  offset?: number;
  /** Added to the predictions alone, in units of the labels' spread. */
  far?: number;
  equal?: boolean;
}

const f = Math.fround;

/** A problem with labels of spread 3. */
export function problem(name: string, options: Options, seed = 1): Case {
  const { rows, dim, sigma, offset = 0, far = 0, equal = false } = options;
  const next = normals(seed);
  const row = (scale: number, shift: number) =>
    Array.from({ length: dim }, () => f(scale * next() + shift));
  const label = () => equal ? Array.from({ length: dim }, () => f(7 + offset)) : row(3, offset);
  const target = Array.from({ length: rows }, label);
  const pred = target.map((t) =>
    row(3 * Math.min(sigma, 1), 0).map((x, d) => f(x + t[d]! + 3 * far))
  );
  const prior: Prior = { center: target };
  if (options.columns !== undefined) prior.center = Array.from({ length: options.columns }, label);
  if (options.weights) prior.logWeight = prior.center.map(() => f(next() - 3));
  if (options.spread) {
    prior.variance = prior.center.map(() => row(1, 0).map((x) => f(9 * sigma * sigma * x * x)));
  }
  return { name, pred, target, noiseVar: f((3 * sigma) ** 2), prior };
}

/**
 * Labels that a scan of every 16th step of columns does not see are near, those it sees are far off: the WebGPU pass must
 * notice and look again. With `gap`, the far ones' distance in sigmas.
 */
function hidden(name: string, gap: number): Case {
  const next = normals(3);
  const target = Array.from({ length: 1024 }, (_, j) => {
    const seen = Math.floor(j / 8) % 16 === 0;
    return [f(next() + (seen ? gap : 0))];
  });
  const pred = Array.from({ length: 33 }, () => [f(next())]);
  return {
    name,
    pred,
    target: pred.map(([p]) => [f(p! + gap)]),
    noiseVar: 1,
    prior: { center: target },
  };
}

/** Small problems, for truth by plain loops. */
export const CASES: readonly Case[] = [
  problem("one row, one column", { rows: 1, dim: 1, sigma: 0.5, columns: 1 }),
  problem("one row, many columns", { rows: 1, dim: 1, sigma: 0.3, columns: 1001 }),
  problem("many rows, one column", { rows: 257, dim: 1, sigma: 0.3, columns: 1 }),
  problem("odd", { rows: 41, dim: 7, sigma: 0.7, columns: 401 }),
  problem("batch of 256", { rows: 256, dim: 1, sigma: 0.3 }),
  problem("batch of 130 in 2-D", { rows: 130, dim: 2, sigma: 0.3 }),
  problem("batch of 99 in 3-D", { rows: 99, dim: 3, sigma: 0.3 }),
  problem("batch of 34 in 16-D", { rows: 34, dim: 16, sigma: 1 }),
  problem("batch of 35 in 17-D", { rows: 35, dim: 17, sigma: 1 }),
  problem("batch of 67 in 72-D", { rows: 67, dim: 72, sigma: 1 }),
  problem("batch of 33 in 129-D", { rows: 33, dim: 129, sigma: 1 }),
  problem("one row, one column in 216-D", { rows: 1, dim: 216, sigma: 0.5, columns: 1 }),
  problem("batch of 19 in 257-D", { rows: 19, dim: 257, sigma: 1 }),
  problem("tiny noise", { rows: 127, dim: 1, sigma: 1e-3 }),
  problem("huge noise", { rows: 127, dim: 1, sigma: 1e3 }),
  problem("tiny noise in 3-D", { rows: 61, dim: 3, sigma: 1e-3 }),
  problem("huge noise in 3-D", { rows: 61, dim: 3, sigma: 1e3 }),
  problem("years", { rows: 101, dim: 1, sigma: 0.3, offset: 2000 }),
  problem("far above all labels", { rows: 501, dim: 1, sigma: 0.3, far: 50 }),
  problem("far below all labels", { rows: 501, dim: 1, sigma: 0.01, far: -50 }),
  problem("far off in 3-D", { rows: 500, dim: 3, sigma: 0.1, far: 30 }),
  problem("equal labels", { rows: 50, dim: 1, sigma: 1, equal: true }),
  problem("weighted bins", { rows: 65, dim: 1, sigma: 0.3, columns: 102, weights: true }),
  problem("weighted columns in 3-D", { rows: 65, dim: 3, sigma: 0.3, columns: 33, weights: true }),
  problem("mixture", { rows: 65, dim: 1, sigma: 0.3, columns: 9, weights: true, spread: true }),
  problem("mixture in 7-D", {
    rows: 30,
    dim: 7,
    sigma: 1,
    columns: 5,
    weights: true,
    spread: true,
  }),
  problem("mixture in 18-D", { rows: 21, dim: 18, sigma: 1, columns: 5, spread: true }),
  problem("weighted columns in 130-D, far off", {
    rows: 7,
    dim: 130,
    sigma: 0.5,
    columns: 65,
    weights: true,
    far: 10,
  }),
  problem("mixture in 131-D", { rows: 9, dim: 131, sigma: 1, columns: 35, spread: true }),
  problem("mixture, tiny noise", { rows: 65, dim: 1, sigma: 1e-3, columns: 9, spread: true }),
  problem("mixture, far off", { rows: 65, dim: 2, sigma: 0.3, columns: 9, spread: true, far: 30 }),
  problem("few rows, thousands of columns", { rows: 21, dim: 1, sigma: 0.3, columns: 4099 }),
  problem("few rows, thousands of columns in 3-D", { rows: 9, dim: 3, sigma: 1, columns: 2051 }),
  problem("labels far apart", { rows: 700, dim: 1, sigma: 1e-4 }),
  hidden("near labels that a scan misses", 30),
  hidden("nearer labels that a scan misses", 7),
  problem("more than 65,535 rows", { rows: 65_601, dim: 1, sigma: 0.3, columns: 7 }),
];
