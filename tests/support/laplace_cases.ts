/** Problems of Balanced MAE: those of Balanced MSE without variances, and what is Laplace's own. */
import * as tf from "@tensorflow/tfjs";
import type { LaplaceMassAttrs } from "../../src/kernels/laplace_mass/contract.ts";
import { laplaceMass } from "../../src/kernels/laplace_mass/laplace_mass.ts";
import { CASES, normals, problem } from "./cases.ts";
import type { LaplaceProblem } from "./reference_laplace.ts";

export interface LaplaceCase extends LaplaceProblem {
  name: string;
}

const f = Math.fround;

/** Labels on a grid of few values, predictions on and between them: ties of every kind. */
function ties(name: string, step: number, scale: number, weighted = false): LaplaceCase {
  const next = normals(11);
  const label = () => [f(step * Math.round(2 * next()))];
  const target = Array.from({ length: 150 }, label);
  const pred = target.map(([t], i) => i % 3 === 0 ? [t!] : i % 3 === 1 ? label() : [f(next())]);
  const logWeight = weighted
    ? target.map((_, j) => j % 5 === 0 ? -Infinity : f(next()))
    : undefined;
  return { name, pred, target, scale: [scale], center: target, ...(logWeight && { logWeight }) };
}

/** Labels or weights of sizes that drown others. */
function extremes(): LaplaceCase[] {
  const next = normals(12);
  const rows = (count: number, of: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => [f(of(i))]);
  const near = rows(64, () => next());
  const weighed = rows(200, () => 100 * next());
  return [
    // What the labels weigh differs by far more than float32 or float64 can hold.
    {
      name: "weights of any size",
      pred: rows(64, () => 100 * next()),
      target: near,
      scale: [0.5],
      center: weighed,
      logWeight: weighed.map(() => f(1000 * next())),
    },
    // The own label lies 1e5 scales off, while the prediction is among the columns.
    {
      name: "targets far off",
      pred: near,
      target: rows(64, () => 1e4 + next()),
      scale: [f(0.1)],
      center: rows(200, () => next()),
    },
    {
      name: "labels 1e9 scales apart",
      pred: weighed,
      target: weighed,
      scale: [1e-7],
      center: weighed,
    },
    {
      name: "predictions halfway, a tiny scale",
      pred: rows(40, (i) => i + 0.5),
      target: rows(40, (i) => i),
      scale: [f(1e-6)],
      center: rows(40, (i) => i),
    },
    {
      name: "a scale a dimension",
      pred: near.map(([x]) => [x!, f(next()), f(next())]),
      target: near.map(([x]) => [f(x! + next()), f(next()), f(9 * next())]),
      scale: [f(0.1), 1, 30],
      center: near.map(([x]) => [f(next()), x!, f(9 * next())]),
    },
    {
      name: "a reference, own labels beside it",
      pred: near,
      target: rows(64, () => 3 * next()),
      scale: [f(0.3)],
      center: rows(33, () => next()),
      ownLabel: true,
    },
  ];
}

export const LAPLACE_CASES: readonly LaplaceCase[] = [
  ...CASES.filter(({ prior }) => prior.variance === undefined)
    .map(({ name, pred, target, noiseVar, prior: { center, logWeight } }): LaplaceCase => ({
      name,
      pred,
      target,
      scale: pred[0]!.map(() => f(Math.sqrt(noiseVar))),
      center,
      ...(logWeight && { logWeight }),
    })),
  ties("ties", 1, 0.7),
  ties("ties, a wide scale", 1, 50),
  ties("ties, weighed", 1, 0.7, true),
  ...extremes(),
  {
    ...problem("many columns", { rows: 5, dim: 1, sigma: 1, columns: 70_001 }),
    name: "more than 65,535 columns",
    scale: [3],
    center: problem("", { rows: 70_001, dim: 1, sigma: 1 }, 2).target,
  },
];

/** The kernel's result for a problem, as a function of `pred` and the scale, `[D]` or `[]`. */
export function laplaceOf(
  { target, center, logWeight, ownLabel = false }: LaplaceProblem,
  attrs: Partial<LaplaceMassAttrs> = {},
) {
  const labels = tf.tensor2d(target);
  const prior = {
    center: center === target ? labels : tf.tensor2d(center),
    ...(logWeight && { logWeight: tf.tensor1d(logWeight) }),
  };
  return (pred: tf.Tensor, scale: tf.Tensor): tf.Tensor =>
    laplaceMass({ pred, target: labels, scale, ...prior }, {
      reduction: "none",
      restoreScale: false,
      ownLabel,
      ...attrs,
    });
}
