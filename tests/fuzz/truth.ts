/**
 * A problem's loss and gradients in float64, and by how much a float32 program may miss them.
 *
 * @module
 */
import { type Estimate, logMassRow, ROUNDINGS, type Row, sum, UNIT } from "./log_mass_row.ts";
import type { FuzzProblem } from "./problem.ts";

export interface Truth {
  /** One, or one a row. */
  value: Estimate[];
  /** `[N D]` of the sum of the values. */
  gradPred: Estimate[];
  /** In the noise's shape, likewise. */
  gradNoise: Estimate[];
}

const product = (e: Estimate, factor: number): Estimate => ({
  value: e.value * factor,
  error: e.error * Math.abs(factor) + 4 * UNIT * Math.abs(e.value * factor),
});
const total = (...terms: Estimate[]): Estimate => ({
  value: sum(terms.map(({ value }) => value)),
  error: sum(terms.map(({ value, error }) => error + 4 * UNIT * Math.abs(value))),
});

/** `sum_d (pred_d - target_d)^2 / (2 s_d) + log(2 pi s_d) / 2`. */
function nllRow(p: number[], t: number[], noise: number[]): Row {
  const s = p.map((_, d) => noise[Math.min(d, noise.length - 1)]!);
  const exact = (value: number): Estimate => ({ value, error: ROUNDINGS * UNIT * Math.abs(value) });
  const squares = p.map((x, d) => (x - t[d]!) ** 2 / (2 * s[d]!));
  return {
    value: total(...squares.map(exact), ...s.map((v) => exact(Math.log(2 * Math.PI * v) / 2))),
    pred: p.map((x, d) => exact((x - t[d]!) / s[d]!)),
    noise: s.map((v, d) => total(exact(0.5 / v), exact(-squares[d]! / v))),
  };
}

function combine(a: number, x: Row, b: number, y: Row): Row {
  const both = (e: Estimate, g: Estimate) => total(product(e, a), product(g, b));
  return {
    value: both(x.value, y.value),
    pred: x.pred.map((e, d) => both(e, y.pred[d]!)),
    noise: x.noise.map((e, d) => both(e, y.noise[d]!)),
  };
}

/**
 * The row with its own label among the columns: `x` is of the label's log-density, so the column
 * adds exp(0).
 */
function withOwnLabel(x: Row): Row {
  const { value, error } = x.value;
  const share = 1 / (1 + Math.exp(-value));
  const off = Math.min(
    1,
    Math.min(share, 0.25) * Math.expm1(Math.min(2 * error, 700)) + 4 * UNIT * share,
  );
  const part = (e: Estimate): Estimate => ({
    value: e.value * share,
    error: e.error * Math.min(1, share + off) + off * Math.abs(e.value),
  });
  const own = value > 0 ? value + Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value));
  return {
    value: {
      value: own,
      error: error * Math.min(1, share + off) + 2 * ROUNDINGS * UNIT * (own + 1),
    },
    pred: x.pred.map(part),
    noise: x.noise.map(part),
  };
}

function rowOf(problem: FuzzProblem, i: number): Row {
  const { mseWeight: a = 1, priorWeight: b = 1, ownLabel = false } = problem.options;
  const [p, t] = [problem.pred[i]!, problem.target[i]!];
  const nll = nllRow(p, t, problem.noise);
  if (2 * a >= b) {
    const row = logMassRow(p, t, problem);
    return combine(b, ownLabel ? withOwnLabel(row) : row, a - b, nll);
  }
  // The mass by itself: seen from the prediction, whose log-density is a constant.
  const mass = combine(1, logMassRow(p, p, problem), -1, nllRow(p, p, problem.noise));
  if (!ownLabel) return combine(a, nll, b, mass);
  const own = withOwnLabel(combine(1, mass, 1, nll));
  return combine(a - b, nll, b, own);
}

/** The problem of one dimension. */
function alone(problem: FuzzProblem, dimension: number): FuzzProblem {
  const at = (row: number[]) => [row[Math.min(dimension, row.length - 1)]!];
  const { center, logWeightEach, variance, noiseByRow } = problem;
  return {
    ...problem,
    pred: problem.pred.map(at),
    target: problem.target.map(at),
    noise: at(problem.noise),
    ...(noiseByRow && { noiseByRow: noiseByRow.map(at) }),
    ...(center && { center: center.map(at) }),
    ...(logWeightEach && { logWeight: logWeightEach.flatMap(at) }),
    ...(variance && { variance: variance.map(at) }),
  };
}

/** Problems whose losses are added. */
function problemsOf(problem: FuzzProblem): FuzzProblem[] {
  if (problem.options.dimensions !== "each") return [problem];
  return problem.pred[0]!.map((_, d) => alone(problem, d));
}

/** Row i of a problem, times its scale and `factor`. */
function scaledRow(problem: FuzzProblem, i: number, factor: number): Row {
  const noise = problem.noiseByRow?.[i] ?? problem.noise;
  const row = rowOf({ ...problem, noise }, i);
  const { restoreScale = true } = problem.options;
  const times = (e: Estimate) =>
    product(e, restoreScale ? 2 * sum(noise) / noise.length * factor : factor);
  return { value: times(row.value), pred: row.pred.map(times), noise: row.noise.map(times) };
}

/** The truth of a problem. */
export function truthOf(problem: FuzzProblem): Truth {
  const { pred, noise, noiseByRow, weights, mask } = problem;
  const { reduction = "mean" } = problem.options;
  const kept = mask ? mask.filter(Boolean).length : pred.length;
  const problems = problemsOf(problem);
  const none = { value: 0, error: 0 };
  const rows = pred.map((row, i): Row => {
    if (mask && !mask[i]) {
      return {
        value: none,
        pred: row.map(() => none),
        noise: row.map(() => none),
      };
    }
    const factor = (weights?.[i] ?? 1) * (reduction === "mean" ? 1 / Math.max(1, kept) : 1);
    const parts = problems.map((part) => scaledRow(part, i, factor));
    return {
      value: total(...parts.map(({ value }) => value)),
      pred: parts.flatMap(({ pred }) => pred),
      noise: parts.flatMap(({ noise }) => noise),
    };
  });
  const values = rows.map(({ value }) => value);
  const byDimension = pred[0]!.map((_, d) => total(...rows.map((row) => row.noise[d]!)));
  return {
    value: reduction === "none" ? values : [total(...values)],
    gradPred: rows.flatMap((row) => row.pred),
    gradNoise: noiseByRow
      ? rows.flatMap((row) => noiseByRow[0]!.length > 1 ? row.noise : [total(...row.noise)])
      : noise.length > 1
      ? byDimension
      : [total(...byDimension)],
  };
}
