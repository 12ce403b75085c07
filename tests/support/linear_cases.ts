/** Problems of one dimension with many rows and columns, for the linear method: every spread of labels that strains it. */
import { normals } from "./cases.ts";
import type { Line } from "./statistics.ts";

export interface LinearCase extends Line {
  name: string;
}

interface Shape {
  /** A label; labels spread by some 1 where nothing else is said. */
  label?: (normal: () => number, j: number) => number;
  /** Noise sigma; default 0.1. */
  sigma?: number;
  /** The prediction for a label; default one sigma from it, at most 1. */
  pred?: (label: number, normal: () => number, sigma: number) => number;
  logWeight?: (normal: () => number, j: number) => number;
  rows?: number;
  columns?: number;
}

/** Columns of most cases: with the rows, what the direct method, the truth, does in a fraction of a second. */
const COLUMNS = 20_000;
const ROWS = 1500;

function linearCase(name: string, shape: Shape): LinearCase {
  const { label = (normal) => normal(), sigma = 0.1, rows = ROWS, columns = COLUMNS } = shape;
  const { pred = (t, normal) => t + Math.min(sigma, 1) * normal(), logWeight } = shape;
  const normal = normals(7);
  const center = Float32Array.from({ length: columns }, (_, j) => label(normal, j));
  const target = Float32Array.from({ length: rows }, (_, i) => label(normal, i));
  return {
    name,
    center,
    target,
    pred: target.map((t) => pred(t, normal, sigma)),
    noiseVar: Math.fround(sigma ** 2),
    ...(logWeight && { logWeight: center.map((_, j) => logWeight(normal, j)) }),
  };
}

/** Uniform in [0, 1), of a normal number. */
const uniform = (normal: () => number) => Math.abs(normal() * 4096) % 1;

export const LINEAR_CASES: readonly LinearCase[] = [
  ...[1e4, 1, 0.1, 0.01, 1e-6].map((sigma) => linearCase(`noise sigma ${sigma}`, { sigma })),
  ...[50, -50, 5000].map((far) =>
    linearCase(`rows ${far} sigmas from every label`, {
      pred: (_, normal, sigma) => far * sigma + 5 * Math.sign(far) + sigma * normal(),
    })
  ),
  linearCase("clusters with wide gaps", {
    label: (normal, j) => 1000 * (j % 7) ** 3 + normal(),
    pred: (t, normal) => t + (uniform(normal) < 0.5 ? 1 : 1000) * normal(),
  }),
  linearCase("heavy tails", { label: (normal) => normal() / normal() ** 3, sigma: 1 }),
  linearCase("heavy tails, a label range of 1e16 sigmas", {
    label: (normal) => normal() / normal() ** 3,
    sigma: 1e-4,
    pred: (t, normal) => 1.5 * t + normal(),
  }),
  linearCase("equal labels", { label: () => 7.1, sigma: 1 }),
  linearCase("integer labels", { label: (normal) => Math.round(10 * normal()), sigma: 1 }),
  linearCase("two labels", { label: (_, j) => j % 2, sigma: 0.3 }),
  linearCase("a label range of 1e6 sigmas", { label: (normal) => 3e5 * normal(), sigma: 1 }),
  linearCase("years", { label: (normal) => 2000 + 10 * normal(), sigma: 1 }),
  // In float32 some 10 labels lie within them: the middle of two neighbors is no float32.
  linearCase("years, one rounding apart", {
    label: (normal) => 2000 + 1e-3 * normal(),
    sigma: 8e-5,
    pred: (t) => t,
  }),
  // Some 20,000 squares of 1e36 are beyond float32.
  linearCase("labels of 1e18", { label: (normal) => 1e18 * normal(), sigma: 1e18 }),
  linearCase("all predictions 0, labels in [20, 80]", {
    label: (normal) => 20 + 60 * uniform(normal),
    sigma: 1,
    pred: () => 0,
  }),
  linearCase("weighted columns", { logWeight: (normal) => 5 * normal() }),
  linearCase("weighted columns, far rows", {
    logWeight: (normal) => 5 * normal(),
    pred: (t, normal) => t + 3 * normal(),
  }),
  linearCase("a common log weight of -400, rows 30 sigmas off", {
    logWeight: () => -400,
    pred: (t, normal, sigma) => t + 30 * sigma * normal(),
  }),
  linearCase("heavy columns far from the rows", {
    label: (normal, j) => j % 2 === 0 ? normal() : 12 + normal(),
    logWeight: (_, j) => j % 2 === 0 ? -50 : 0,
    sigma: 1,
  }),
  ...[-1e30, -Infinity].map((weight) =>
    linearCase(`half the columns of log weight ${weight}`, {
      logWeight: (_, j) => j % 2 === 0 ? weight : 0,
    })
  ),
  linearCase("a third of the range masked", {
    label: (_, j) => j / COLUMNS,
    logWeight: (_, j) => j < COLUMNS / 3 ? -Infinity : 0,
    sigma: 0.01,
  }),
  // Weights undo distances: a search for the very heaviest column visits all, more than llvmpipe allows.
  linearCase("weights of the inverse density, noise as wide as the labels", {
    label: (_, j) => 8 * j / COLUMNS - 4,
    logWeight: (_, j) => (8 * j / COLUMNS - 4) ** 2 / 2,
    sigma: 1,
    pred: (_, normal) => 0.1 * normal(),
  }),
  ...[1, 2, 7, 8, 9, 15, 16, 17, 4097].map((columns) =>
    linearCase(`${columns} columns`, { columns })
  ),
  linearCase("1 column, weighted", { columns: 1, logWeight: () => -3 }),
  linearCase("9 columns, weighted", { columns: 9, logWeight: (normal) => normal() }),
  linearCase("denormals", { label: (normal) => 1e-40 * normal(), sigma: 1e-10 }),
  linearCase("tiny labels, tiny noise", { label: (normal) => 1e-15 * normal(), sigma: 1e-15 }),
  linearCase("-0 and 0", { label: (_, j) => [0, -0, 1][j % 3]! }),
];
